import type { EntityManager } from 'typeorm';
import { z } from 'zod';
import type { Content, Granted, Power } from '#libs/approvals';
import type { Sealed } from '#libs/hsm';
import type { RequestContext } from '#libs/requests';
import type { SecretText } from '#libs/secret-text';
import { endpointView, EVENT_TYPES, type WebhookEndpoint, type WebhookEndpoints } from '#libs/webhooks';
import { bothPersons } from './powers.js';

const contentSchema = z.object({
  endpointId: z.uuid(),
  url: z.string(),
  events: z.array(z.enum(EVENT_TYPES)).optional(),
});

type Prepared =
  { readonly sealed: Sealed } | { readonly endpoint: WebhookEndpoint; readonly secret: SecretText };

/** An endpoint for one-time passwords is made at the approval; the requester collects its secret. */
export class EndpointCreation implements Power<Prepared> {
  readonly kind = 'webhook-create';

  constructor(private readonly endpoints: WebhookEndpoints) {}

  async check(_manager: EntityManager, _context: RequestContext, content: Content): Promise<Content> {
    const asked = contentSchema.parse(content);
    this.endpoints.check(asked);
    return asked;
  }

  /** The HSM seals it, so it is made outside the transaction. */
  async prepareApproval(granted: Granted): Promise<Prepared> {
    const { sealed } = await this.endpoints.newSecret(endpointKeyOf(granted));
    return { sealed };
  }

  async carryOut(
    manager: EntityManager,
    context: RequestContext,
    granted: Granted,
    prepared: Prepared | undefined,
  ): Promise<void> {
    if (prepared === undefined || !('sealed' in prepared)) throw new Error('the secret was not sealed');
    const asked = contentSchema.parse(granted.content);
    this.endpoints.check(asked);
    const made = {
      endpointKey: endpointKeyOf(granted),
      asked,
      sealed: prepared.sealed,
      approval: bothPersons(granted),
    };
    await this.endpoints.make(manager, context, made);
  }

  async prepareCollection(granted: Granted): Promise<Prepared> {
    const endpointKey = endpointKeyOf(granted);
    const endpoint = await this.endpoints.read(endpointKey.tenantId, endpointKey.endpointId);
    return { endpoint, secret: await this.endpoints.openCurrentSecret(endpointKey) };
  }

  async collect(
    _manager: EntityManager,
    _context: RequestContext,
    _granted: Granted,
    prepared: Prepared,
  ): Promise<object> {
    if (!('secret' in prepared)) throw new Error('the secret was not opened');
    return { ...endpointView(prepared.endpoint), secret: prepared.secret.reveal() };
  }
}

function endpointKeyOf({ tenantId, content }: Granted) {
  return { tenantId, endpointId: contentSchema.parse(content).endpointId };
}
