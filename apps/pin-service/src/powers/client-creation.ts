import type { EntityManager } from 'typeorm';
import type { Content, Granted, Power } from '#libs/approvals';
import type { ClientRegistry, NewClient, NewSecret } from '#libs/api-clients';
import type { RequestContext } from '#libs/requests';
import { createClientSchema } from '../clients/client-schemas.js';
import { issuedSecretView } from '../clients/issued-secret-view.js';
import { bothPersons } from './both-persons.js';

/** A client comes into being at the approval; its first secret when the requester collects it. */
export class ClientCreation implements Power<NewSecret> {
  readonly kind = 'client-create';

  constructor(private readonly clients: ClientRegistry) {}

  async check(manager: EntityManager, context: RequestContext, content: Content): Promise<Content> {
    const { person, requestsPerMinute, ...client } = await this.clients.admit(
      manager,
      context,
      clientIn(content),
    );
    return {
      ...client,
      ...(person === null ? {} : { person }),
      ...(requestsPerMinute === null ? {} : { requestsPerMinute }),
    };
  }

  async carryOut(manager: EntityManager, context: RequestContext, granted: Granted): Promise<void> {
    const { content, requestedBy } = granted;
    const asked = { client: clientIn(content), requestedBy, approval: bothPersons(granted) };
    await this.clients.makeWithoutSecret(manager, context, asked);
  }

  async prepareCollection(): Promise<NewSecret> {
    return await this.clients.newSecret();
  }

  async collect(
    manager: EntityManager,
    context: RequestContext,
    granted: Granted,
    secret: NewSecret,
  ): Promise<object> {
    const { clientId } = clientIn(granted.content);
    const asked = { clientId, ...secret, approval: bothPersons(granted) };
    return issuedSecretView(await this.clients.giveSecret(manager, context, asked));
  }
}

/** It was written by this service, and is read as strictly as when it came. */
function clientIn(content: Content): NewClient {
  return createClientSchema.parse(content);
}
