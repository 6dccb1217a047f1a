import type { EntityManager } from 'typeorm';
import { z } from 'zod';
import type { Content, Granted } from '#libs/approvals';
import { PinwardError } from '#libs/errors';
import type { RequestContext } from '#libs/requests';
import { ClientSecretPower } from './client-secret-power.js';

const contentSchema = z.object({ clientId: z.string() });

/**
 * Another client's secret changes when the requester collects the new one; until then the client keeps its present one.
 */
export class SecretRotation extends ClientSecretPower {
  readonly kind = 'client-rotate-secret';

  async check(manager: EntityManager, { tenantId }: RequestContext, content: Content): Promise<Content> {
    const client = await this.clients.readIn(manager, tenantId, this.clientIdIn(content));
    const { clientId, scopes, person, revokedAt, secrets, keys } = client;
    if (!revokedAt.isNever) throw new PinwardError('CLIENT_NOT_FOUND');
    if (secrets.length === 0 && keys.length > 0) throw new PinwardError('CREDENTIAL_NOT_HELD');
    return { clientId, scopes, ...(person === null ? {} : { person }) };
  }

  async carryOut(manager: EntityManager, context: RequestContext, { content }: Granted): Promise<void> {
    await this.check(manager, context, content);
  }

  protected clientIdIn(content: Content): string {
    return contentSchema.parse(content).clientId;
  }
}
