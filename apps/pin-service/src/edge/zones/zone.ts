import { SetMetadata } from '@nestjs/common';

/** Who a listener is for. Each zone can be bound to an address and port of its own (docs/network-zones.md). */
export const ZONES = ['card-apps', 'operators', 'internal'] as const;
export type ZoneName = (typeof ZONES)[number];

export const ZONE = Symbol('zone');

/** The zones of a controller's or a handler's routes. A route without one keeps the service from starting. */
export const Zone = (...zones: readonly ZoneName[]) => SetMetadata(ZONE, zones);
