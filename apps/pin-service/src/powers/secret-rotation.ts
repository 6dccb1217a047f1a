import type { EntityManager } from 'typeorm';
import { z } from 'zod';
import type { Content, Granted, Power } from '#libs/approvals';
import type { ClientRegistry, NewSecret } from '#libs/api-clients';
import { PinwardError } from '#libs/errors';
import type { RequestContext } from '#libs/requests';
import { issuedSecretView } from '../clients/issued-secret-view.js';
import { bothPersons } from './both-persons.js';

const contentSchema = z.object({ clientId: z.string() });

/**
 * Another's secret is changed when the requester collects the new one: until then the client goes on with the one it
 * has.
 */
export class SecretRotation implements Power<NewSecret> {
  readonly kind = 'client-rotate-secret';

  constructor(private readonly clients: ClientRegistry) {}

  async check(manager: EntityManager, { tenantId }: RequestContext, content: Content): Promise<Content> {
    const client = await this.clients.readIn(manager, tenantId, contentSchema.parse(content).clientId);
    const { clientId, scopes, person, revokedAt } = client;
    if (revokedAt !== null) throw new PinwardError('CLIENT_NOT_FOUND');
    return { clientId, scopes, ...(person === null ? {} : { person }) };
  }

  async carryOut(manager: EntityManager, context: RequestContext, { content }: Granted): Promise<void> {
    await this.check(manager, context, content);
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
    const { clientId } = contentSchema.parse(granted.content);
    const asked = { clientId, ...secret, approval: bothPersons(granted) };
    return issuedSecretView(await this.clients.giveSecret(manager, context, asked));
  }
}
