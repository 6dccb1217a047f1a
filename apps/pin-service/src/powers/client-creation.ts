import type { EntityManager } from 'typeorm';
import type { Content, Granted } from '#libs/approvals';
import type { NewClient } from '#libs/api-clients';
import type { RequestContext } from '#libs/requests';
import { createClientSchema } from '../clients/client-schemas.js';
import { bothPersons } from './powers.js';
import { ClientSecretPower } from './client-secret-power.js';

/** A client comes into being at the approval; its first secret when the requester collects it. */
export class ClientCreation extends ClientSecretPower {
  readonly kind = 'client-create';

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

  protected clientIdIn(content: Content): string {
    return clientIn(content).clientId;
  }
}

/** It was written by this service, and is read as strictly as when it came. */
function clientIn(content: Content): NewClient {
  return createClientSchema.parse(content);
}
