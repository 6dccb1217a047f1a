import type { EntityManager } from 'typeorm';
import { z } from 'zod';
import type { Content, Granted, Power } from '#libs/approvals';
import type { RequestContext } from '#libs/requests';
import { endpointView, type FreshSecret, type WebhookEndpoints } from '#libs/webhooks';
import { bothPersons } from './powers.js';

const contentSchema = z.object({ endpointId: z.string() });

/**
 * Whoever learns the secret of an endpoint that gets one-time passwords can tell its receiver of codes that nobody
 * issued. It is changed when the requester collects the new one: until then the receiver goes on with the one it has.
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

  /** Sealed by the HSM, so not inside the transaction. */
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
