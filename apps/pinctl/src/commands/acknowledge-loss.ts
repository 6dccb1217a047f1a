import { acknowledgeLostCards } from '#libs/audit';
import { withOwner } from '../database.js';
import { localActor } from '../request-context.js';
import { confirm } from '../terminal/confirm.js';
import { print } from '../terminal/print.js';

interface Options {
  readonly reason: string;
  readonly yes?: true;
  readonly json?: true;
}

/** After it, `pinctl cards verify` and `pinctl audit expire` find no fault with these cards any more. */
export async function acknowledgeLoss({ reason, yes, json }: Options): Promise<void> {
  if (yes !== true)
    await confirm(
      'This says for good that missing cards are lost, and that no person took them away.',
      'lost',
    );
  await withOwner(async (owner) => {
    const cards = await acknowledgeLostCards(owner, { reason, actor: localActor() });
    const named = cards.map(({ tenantId, cardId }) => `${tenantId} ${cardId}`);
    print(
      json,
      cards,
      [`${cards.length} cards are lost, as the trail tells from now on.`, ...named].join('\n'),
    );
  });
}
