import { randomBytes, randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import type { RequestContext } from '#libs/requests';

/** Who acts in the audit trail: the person logged in to this machine. Each call is a request of its own. */
export function requestContext(tenantId: string): RequestContext {
  return {
    tenantId,
    clientId: 'pinctl',
    subject: `pinctl:${userInfo().username}`,
    sourceAddress: 'local',
    requestId: randomUUID(),
    claim: { key: randomBytes(32), fingerprint: null },
  };
}
