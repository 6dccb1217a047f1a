import type { EntityManager } from 'typeorm';
import type { Content, Granted, Power } from '#libs/approvals';
import type { ClientRegistry, NewSecret } from '#libs/api-clients';
import type { RequestContext } from '#libs/requests';
import { issuedSecretView } from '../clients/client-view.js';
import { bothPersons } from './powers.js';

/** What ends in a client's secret, its first or another: that is made when the requester collects it, and never waits. */
export abstract class ClientSecretPower implements Power<NewSecret> {
  abstract readonly kind: Power['kind'];

  constructor(protected readonly clients: ClientRegistry) {}

  abstract check(manager: EntityManager, context: RequestContext, content: Content): Promise<Content>;

  abstract carryOut(manager: EntityManager, context: RequestContext, granted: Granted): Promise<void>;

  protected abstract clientIdIn(content: Content): string;

  async prepareCollection(): Promise<NewSecret> {
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
