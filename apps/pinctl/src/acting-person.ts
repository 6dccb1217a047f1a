import type { DataSource } from 'typeorm';
import { ClientRegistry } from '#libs/api-clients';
import { COMMAND_LINE, REGISTERED_PERSONS, type RequestContext } from '#libs/requests';
import { SecretText } from '#libs/secret-text';
import { CLIENT_SECRET, clientSecret, loadSettings } from './config/settings.js';
import { requestContext } from './request-context.js';
import { askSecret } from './terminal/ask-secret.js';
import { Refused } from './terminal/refused.js';

export interface ActingOptions {
  /** An operator's client. */
  readonly as?: string;
  readonly tenant: string;
}

/**
 * Who acts, where two persons are needed: the client's person if its secret is shown, otherwise the login of this
 * machine. The two kinds are never compared with each other.
 *
 * @throws Refused for a wrong secret, and for a client without a person
 */
export async function actingPerson(
  dataSource: DataSource,
  { as: clientId, tenant }: ActingOptions,
): Promise<RequestContext> {
  const own = requestContext(tenant);
  if (clientId === undefined) return { ...own, issuer: COMMAND_LINE };
  const given = clientSecret();
  const secret =
    given === undefined ? await askSecret(`Secret of ${clientId}`, CLIENT_SECRET) : new SecretText(given);
  const registry = new ClientRegistry(dataSource, loadSettings().policy);
  const client = await registry.authenticate(clientId, secret.reveal(), {
    mayCallFromHere: ({ tenantId }) => tenantId === tenant,
  });
  if (client === null) throw new Refused(`this is no secret of a client ${clientId} of tenant ${tenant}`);
  if (client.person === null)
    throw new Refused(`${clientId} is no operator's client: no person stands behind it`);
  return { ...own, clientId: client.clientId, subject: client.person, issuer: REGISTERED_PERSONS };
}
