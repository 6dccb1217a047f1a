import type { EntityManager } from 'typeorm';
import { ApiClientEntity } from '#libs/database';
import { PinwardError } from '#libs/errors';
import { maskPanLike } from '#libs/pan-mask';
import type { RequestContext } from '#libs/requests';
import { agreementOf, changedMembers, type Agreement, type ClientChange } from '../client-change.js';
import { lockLiving, type Told } from './replace-keys.js';

export const CHANGE_CLIENT = 'client.change';

export interface Because {
  readonly reason: string;
  /** Who was asked, and under which approval, if it took two persons. */
  readonly approval?: Readonly<Record<string, string>>;
}

/**
 * @throws PinwardError CLIENT_NOT_FOUND also for another tenant's client, and for a revoked one; APPROVAL_CLOSED when it
 * is no longer as it was when the change was asked for
 */
export async function changeClient(
  manager: EntityManager,
  { tenantId }: Pick<RequestContext, 'tenantId'>,
  { clientId, before, after }: ClientChange,
  { reason, approval = {} }: Because,
): Promise<Told> {
  // 1. Beside another change or a revocation one waits for the other.
  const { client } = await lockLiving(manager, tenantId, clientId);
  refuseOther(client, before);
  // 2. The client, as was agreed.
  const { scopes, allowedAddresses, requestsPerMinute } = after;
  await manager.update(
    ApiClientEntity,
    { tenantId, clientId },
    { scopes: [...scopes], allowedAddresses: [...allowedAddresses], requestsPerMinute },
  );
  // 3. Audit line and event.
  const { person } = client;
  const changed = changedMembers(before, after);
  const told = { clientId, changed, scopes, ...(person === null ? {} : { person }), ...approval };
  return {
    line: {
      result: 'changed',
      details: {
        client: clientId,
        before: inWords(before),
        after: inWords(after),
        reason: maskPanLike(reason),
        ...approval,
      },
    },
    event: { type: 'client.changed', data: told },
  };
}

/** @throws PinwardError APPROVAL_CLOSED */
export function refuseOther(client: Agreement, before: Agreement): void {
  if (changedMembers(agreementOf(client), before).length > 0) throw new PinwardError('APPROVAL_CLOSED');
}

function inWords({ scopes, allowedAddresses, requestsPerMinute }: Agreement) {
  return {
    scopes: scopes.join(' '),
    allowedAddresses: allowedAddresses.join(' '),
    ...(requestsPerMinute === null ? {} : { requestsPerMinute }),
  };
}
