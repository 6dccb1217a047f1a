import type { EntityManager } from 'typeorm';
import type { Content, Granted, Power } from '#libs/approvals';
import type { ClientRegistry, NewSecret } from '#libs/api-clients';
import type { RequestContext } from '#libs/requests';
import { issuedSecretView } from '../clients/client-view.js';
import { bothPersons } from './powers.js';

/**
 * A change with a client's secret, its first or another one. The secret is made when the requester collects it, so it
 * is never stored before.
 */
export abstract class ClientSecretPower implements Power<NewSecret> {
  abstract readonly kind: Power['kind'];

  constructor(protected readonly clients: ClientRegistry) {}

  abstract check(manager: EntityManager, context: RequestContext, content: Content): Promise<Content>;

  abstract carryOut(manager: EntityManager, context: RequestContext, granted: Granted): Promise<void>;

  protected abstract clientIdIn(content: Content): string;

  async prepareCollection(_granted?: Granted): Promise<NewSecret> {
    return await this.clients.newSecret();
  }

  async collect(
    manager: EntityManager,
    context: RequestContext,
    granted: Granted,
    secret: NewSecret,
  ): Promise<object> {
    const clientId = this.clientIdIn(granted.content);
    const asked = { clientId, ...secret, approval: bothPersons(granted) };
    return issuedSecretView(await this.clients.giveSecret(manager, context, asked));
  }
}
