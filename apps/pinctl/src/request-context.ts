import { randomBytes, randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import type { Actor } from '#libs/audit';
import { COMMAND_LINE, COMMAND_LINE_PERSONS, type RequestContext, NO_TENANT } from '#libs/requests';

/** The acting person in the audit trail: the login on this machine. */
export function localPerson(): string {
  return `${COMMAND_LINE_PERSONS}${userInfo().username}`;
}

/** Each call is its own request. */
export function requestContext(tenantId: string): RequestContext {
  return {
    tenantId,
    clientId: COMMAND_LINE,
    subject: localPerson(),
    sourceAddress: 'local',
    requestId: randomUUID(),
    claim: { key: randomBytes(32), fingerprint: null },
  };
}

/** The same, for actions without a tenant. */
export function localActor(): Actor {
  const { clientId, subject, sourceAddress, requestId } = requestContext(NO_TENANT);
  return { tenantId: NO_TENANT, clientId, subject, sourceAddress, requestId };
}
