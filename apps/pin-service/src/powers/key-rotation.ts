import type { EntityManager } from 'typeorm';
import { z } from 'zod';
import type { Content, Granted, Power } from '#libs/approvals';
import type { ClientKeyRegistry, ClientRegistry } from '#libs/api-clients';
import { PinwardError } from '#libs/errors';
import type { RequestContext } from '#libs/requests';
import { newKeysSchema } from '../clients/client-schemas.js';
import { keysAsked } from './keys-asked.js';
import { bothPersons } from './powers.js';

const contentSchema = newKeysSchema.extend({
  clientId: z.string(),
  // For whoever decides; they are the client's, whatever this says.
  scopes: z.array(z.string()).optional(),
  person: z.string().optional(),
});

/** With the private key of another's client one has its rights. Nothing is secret here, so nothing is collected. */
export class KeyRotation implements Power {
  readonly kind = 'client-rotate-keys';

  constructor(
    private readonly clients: ClientRegistry,
    private readonly keys: ClientKeyRegistry,
  ) {}

  async check(manager: EntityManager, { tenantId }: RequestContext, content: Content): Promise<Content> {
    const { clientId: asked, scopes: _, person: __, ...keys } = contentSchema.parse(content);
    const checked = this.keys.check(keys, '');
    const { clientId, scopes, person, revokedAt } = await this.clients.readIn(manager, tenantId, asked);
    if (!revokedAt.isNever) throw new PinwardError('CLIENT_NOT_FOUND');
    return { clientId, scopes, ...(person === null ? {} : { person }), ...keysAsked(keys, checked) };
  }

  async carryOut(manager: EntityManager, context: RequestContext, granted: Granted): Promise<void> {
    const { clientId, scopes: _, person: __, ...keys } = contentSchema.parse(granted.content);
    const content = this.keys.check(keys, '');
    const { requestedBy } = granted;
    await this.keys.give(manager, context, {
      clientId,
      content,
      requestedBy,
      approval: bothPersons(granted),
    });
  }
}
