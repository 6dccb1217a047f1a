import type { DataSource } from 'typeorm';
import { verifyCards } from '../verification/verify-cards.js';
import { recordLostCards, type ForgottenCard } from './correct-cards.js';
import type { Actor } from './expire-month.js';

/**
 * An operator acknowledges cards that the trail knows and the database does not, with a line for each; after that they
 * are no findings. Runs as the schema's owner.
 *
 * @returns those cards; at most a thousand at a time
 */
export async function acknowledgeLostCards(
  owner: DataSource,
  { reason, actor }: { readonly reason: string; readonly actor: Actor },
): Promise<readonly ForgottenCard[]> {
  const { findings } = await verifyCards(owner);
  const lost = findings
    .filter(({ kind }) => kind === 'card-missing')
    .map(({ tenantId, cardId }) => ({ tenantId, cardId }));
  await owner.transaction((manager) => recordLostCards(manager, actor, lost, { reason }));
  return lost;
}
