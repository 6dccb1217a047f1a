import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { fresh, type RequestContext } from '#libs/requests';
import { carriesCodes, endpointView, WebhookEndpoints } from '#libs/webhooks';
import { Powers } from '../powers/powers.js';
import type { RotateSecretBody } from '../clients/client-schemas.js';
import type { CreateEndpointBody } from './webhook-schemas.js';

/** Source addresses of events, for the receivers' allowlists; empty if the deployment has no fixed addresses. */
export class SourceAddresses {
  constructor(readonly ranges: readonly string[]) {}
}

/** The secret of an endpoint for one-time passwords is power: with APPROVALS=2 it takes two persons. */
@Injectable()
export class PowerfulEndpoints {
  constructor(
    private readonly endpoints: WebhookEndpoints,
    private readonly sources: SourceAddresses,
    private readonly powers: Powers,
  ) {}

  async create(context: RequestContext, { reason, ...asked }: CreateEndpointBody) {
    const create = async () => {
      const { endpoint, secret } = await this.endpoints.create(context, asked);
      return fresh({
        ...endpointView(endpoint),
        secret: secret.reveal(),
        sourceAddresses: this.sources.ranges,
      });
    };
    if (!carriesCodes(asked)) return await create();
    const content = { endpointId: randomUUID(), ...asked };
    return await this.powers.alone(create, context, { kind: 'webhook-create', content, reason });
  }

  async rotateSecret(context: RequestContext, endpointId: string, body: RotateSecretBody) {
    const rotate = async () => {
      const { endpoint, secret } = await this.endpoints.rotateSecret(context, endpointId);
      return fresh({ ...endpointView(endpoint), secret: secret.reveal() });
    };
    const endpoint = await this.endpoints.read(context.tenantId, endpointId);
    if (!carriesCodes(endpoint)) return await rotate();
    const asked = { kind: 'webhook-rotate-secret', content: { endpointId }, reason: body?.reason } as const;
    return await this.powers.alone(rotate, context, asked);
  }
}
