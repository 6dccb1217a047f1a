import type { EntityManager } from 'typeorm';
import { z } from 'zod';
import type { Content, Granted, Power } from '#libs/approvals';
import type { RequestContext } from '#libs/requests';
import { endpointView, type FreshSecret, type WebhookEndpoints } from '#libs/webhooks';
import { bothPersons } from './powers.js';

const contentSchema = z.object({ endpointId: z.string() });

/**
 * With the secret of an endpoint for one-time passwords, an attacker can send its receiver codes that the service has
 * not issued. It changes when the requester collects the new one; until then the receiver keeps its present one.
 */
export class EndpointRotation implements Power<FreshSecret> {
  readonly kind = 'webhook-rotate-secret';

  constructor(private readonly endpoints: WebhookEndpoints) {}

  async check(manager: EntityManager, { tenantId }: RequestContext, content: Content): Promise<Content> {
    const { endpointId, url, events } = await this.endpoints.readIn(
      manager,
      endpointKeyOf({ tenantId, content }),
    );
    return { endpointId, url, ...(events === null ? {} : { events }) };
  }

  async carryOut(manager: EntityManager, context: RequestContext, { content }: Granted): Promise<void> {
    await this.check(manager, context, content);
  }

  /** The HSM seals it, so it is made outside the transaction. */
  async prepareCollection(granted: Granted): Promise<FreshSecret> {
    return await this.endpoints.newSecret(endpointKeyOf(granted));
  }

  async collect(
    manager: EntityManager,
    context: RequestContext,
    granted: Granted,
    { secret, sealed }: FreshSecret,
  ): Promise<object> {
    const given = { endpointKey: endpointKeyOf(granted), sealed, approval: bothPersons(granted) };
    const endpoint = await this.endpoints.giveSecret(manager, context, given);
    return { ...endpointView(endpoint), secret: secret.reveal() };
  }
}

function endpointKeyOf({ tenantId, content }: Pick<Granted, 'tenantId' | 'content'>) {
  return { tenantId, endpointId: contentSchema.parse(content).endpointId };
}
