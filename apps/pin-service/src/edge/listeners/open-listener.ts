import type { RequestListener } from 'node:http';
import type { Settings } from '../../config/schema.js';
import { tlsOptions } from '../transport/tls-options.js';
import type { TellUnrouted } from '../problems/unrouted-calls.js';
import type { ListenerPlan } from './listener-plan.js';
import { ListeningServer } from './listening-server.js';

/** Listens as planned, with the certificates and limits of the settings. */
export async function openListener(
  plan: ListenerPlan,
  route: RequestListener,
  settings: Settings,
  tellUnrouted?: TellUnrouted,
): Promise<ListeningServer> {
  const tls = plan.tls ? { tls: tlsOptions(settings) } : {};
  return await ListeningServer.open({ plan, route, limits: settings, tellUnrouted, ...tls });
}
