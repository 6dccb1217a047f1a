import { hasProductionRules } from '../../config/environments.js';
import type { Settings } from '../../config/schema.js';
import type { ZoneName } from '../routes/declarations.js';

/** One address and port, and the zones that it serves (docs/network-zones.md). */
export interface ListenerPlan {
  readonly name: ZoneName;
  readonly zones: readonly ZoneName[];
  readonly host: string;
  readonly port: number;
  /** False for plain HTTP. */
  readonly tls: boolean;
}

type Ports = Pick<
  Settings,
  | 'PINWARD_ENV'
  | 'HOST'
  | 'PORT'
  | 'ADMIN_HOST'
  | 'ADMIN_PORT'
  | 'INTERNAL_HOST'
  | 'INTERNAL_PORT'
  | 'TLS_MODE'
>;

/** The card apps' listener comes first. A zone without its own port shares it, which production refuses. */
export function listenerPlans(settings: Ports): readonly [ListenerPlan, ...ListenerPlan[]] {
  const { PINWARD_ENV, HOST, PORT, ADMIN_HOST, ADMIN_PORT, INTERNAL_HOST, INTERNAL_PORT } = settings;
  const tls = settings.TLS_MODE === 'on';
  const shared: ZoneName[] = [];
  if (ADMIN_PORT === undefined) shared.push('operators');
  if (!hasProductionRules({ PINWARD_ENV })) shared.push('internal');
  return [
    { name: 'card-apps', zones: ['card-apps', ...shared], host: HOST, port: PORT, tls },
    ...own('operators', { host: ADMIN_HOST ?? HOST, port: ADMIN_PORT, tls }),
    ...own('internal', { host: INTERNAL_HOST, port: INTERNAL_PORT, tls: false }),
  ];
}

function own(
  name: ZoneName,
  { port, ...where }: { readonly host: string; readonly port: number | undefined; readonly tls: boolean },
): readonly ListenerPlan[] {
  return port === undefined ? [] : [{ name, zones: [name], port, ...where }];
}
