import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { RequestContext } from '#libs/requests';
import { endpointView, WebhookEndpoints } from '#libs/webhooks';
import { Powers } from '../powers/powers.js';
import { SourceAddresses } from './source-addresses.js';
import type { CreateEndpointBody } from './webhook-schemas.js';

/** An endpoint that is told one-time passwords makes power: with APPROVALS=2 it takes two persons. */
@Injectable()
export class CreatingEndpoints {
  constructor(
    private readonly endpoints: WebhookEndpoints,
    private readonly sources: SourceAddresses,
    private readonly powers: Powers,
  ) {}

  async execute(context: RequestContext, { reason, ...asked }: CreateEndpointBody) {
    const create = async () => {
      const { endpoint, secret } = await this.endpoints.create(context, asked);
      return { ...endpointView(endpoint), secret: secret.reveal(), sourceAddresses: this.sources.ranges };
    };
    if (asked.events?.includes('otp.issued') !== true) return { body: await create(), replayed: false };
    const content = { endpointId: randomUUID(), ...asked };
    return await this.powers.alone(create, context, { kind: 'webhook-create', content, reason });
  }
}
