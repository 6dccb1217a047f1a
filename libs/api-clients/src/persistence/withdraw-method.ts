import type { EntityManager } from 'typeorm';
import { ClientKeyEntity, ClientSecretEntity } from '#libs/database';
import { PinwardError } from '#libs/errors';
import type { RequestContext } from '#libs/requests';
import type { ClientMethod } from '../keys/client-keys.js';
import { lockLiving, type Told } from './replace-keys.js';

export const WITHDRAW_METHOD = 'client.withdraw-method';

/**
 * Ends a client's secrets, keys or certificates at once. The last way in stays: a client without one is revoked instead.
 *
 * @throws PinwardError CLIENT_NOT_FOUND, CREDENTIAL_NOT_HELD, LAST_CREDENTIAL
 */
export async function withdrawMethod(
  manager: EntityManager,
  { tenantId }: RequestContext,
  clientId: string,
  method: ClientMethod,
): Promise<Told> {
  const { secrets, keys } = await lockLiving(manager, tenantId, clientId);
  const held = new Set<ClientMethod>(keys.map((stored) => stored.method));
  if (secrets.length > 0) held.add('client_secret');
  if (!held.delete(method)) throw new PinwardError('CREDENTIAL_NOT_HELD');
  if (held.size === 0) throw new PinwardError('LAST_CREDENTIAL');
  if (method === 'client_secret') await manager.delete(ClientSecretEntity, { tenantId, clientId });
  else await manager.delete(ClientKeyEntity, { tenantId, clientId, method });
  return {
    line: { result: 'withdrawn', details: { client: clientId, method } },
    event: { type: 'client.method_withdrawn', data: { clientId, method } },
  };
}
