import type { EntityManager } from 'typeorm';
import type { Content, Granted } from '#libs/approvals';
import type { ClientKeyRegistry, ClientRegistry, NewClient, NewKeys, NewSecret } from '#libs/api-clients';
import { PinwardError } from '#libs/errors';
import type { RequestContext } from '#libs/requests';
import { createClientSchema } from '../clients/client-schemas.js';
import { bothPersons } from './powers.js';
import { ClientSecretPower } from './client-secret-power.js';
import { keysAsked } from './keys-asked.js';

/**
 * The approval makes the client, with its keys if it has some. Otherwise its first secret is made when the requester
 * collects it.
 */
export class ClientCreation extends ClientSecretPower {
  readonly kind = 'client-create';

  constructor(
    clients: ClientRegistry,
    private readonly keys: ClientKeyRegistry,
  ) {
    super(clients);
  }

  async check(manager: EntityManager, context: RequestContext, content: Content): Promise<Content> {
    const asked = clientIn(content);
    const { person, requestsPerMinute, ...client } = await this.clients.admit(manager, context, asked);
    return {
      ...client,
      ...(person === null ? {} : { person }),
      ...(requestsPerMinute === null ? {} : { requestsPerMinute }),
      ...(asked.keys === undefined ? {} : { keys: keysAsked(asked.keys, this.keys.check(asked.keys)) }),
    };
  }

  async carryOut(manager: EntityManager, context: RequestContext, granted: Granted): Promise<void> {
    const { content, requestedBy } = granted;
    const client = clientIn(content);
    const approval = bothPersons(granted);
    await this.clients.makeWithoutSecret(manager, context, { client, requestedBy, approval });
    if (client.keys === undefined) return;
    const given = { clientId: client.clientId, content: this.keys.check(client.keys), requestedBy, approval };
    await this.keys.give(manager, context, given);
  }

  override async prepareCollection({ content }: Granted): Promise<NewSecret> {
    if (clientIn(content).keys !== undefined) throw new PinwardError('NOTHING_TO_COLLECT');
    return await super.prepareCollection();
  }

  protected clientIdIn(content: Content): string {
    return clientIn(content).clientId;
  }
}

/** This service wrote it; it is read as strictly as on its arrival. */
function clientIn(content: Content): NewClient & { readonly keys?: NewKeys | undefined } {
  return createClientSchema.parse(content);
}
