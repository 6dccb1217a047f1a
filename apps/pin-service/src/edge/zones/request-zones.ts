import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { ZONES, type ZoneName } from '../routes/declarations.js';

const EVERY_ZONE: readonly ZoneName[] = ZONES;
const NO_ZONE: readonly ZoneName[] = [];
const zonesOfRequest = new WeakMap<IncomingMessage, readonly ZoneName[]>();

/** Notes for which zones the listener is that a request came in by. */
export function markZones(request: IncomingMessage, zones: readonly ZoneName[]): void {
  zonesOfRequest.set(request, zones);
}

/** A request that came over no socket was made inside this process, by a test; from a network it must be marked. */
export function zonesOf(request: IncomingMessage): readonly ZoneName[] {
  return zonesOfRequest.get(request) ?? (request.socket instanceof Socket ? NO_ZONE : EVERY_ZONE);
}
