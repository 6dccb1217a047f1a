import type { IncomingMessage } from 'node:http';
import { ZONES, type ZoneName } from './zone.js';

const EVERY_ZONE: readonly ZoneName[] = ZONES;
const zonesOfRequest = new WeakMap<IncomingMessage, readonly ZoneName[]>();

/** Notes for which zones the listener is that a request came in by. */
export function markZones(request: IncomingMessage, zones: readonly ZoneName[]): void {
  zonesOfRequest.set(request, zones);
}

/** A request that came by no listener was made inside this process: a test's. */
export function zonesOf(request: IncomingMessage): readonly ZoneName[] {
  return zonesOfRequest.get(request) ?? EVERY_ZONE;
}
