import type { Budget, Reservation } from '../edge/rate-limits/budget.js';

export interface BudgetOrigin {
  readonly tenantId: string;
  readonly clientId: string;
  readonly cardId: string;
}

/** Sets aside a part of both budgets, or of none. @throws PinwardError of the limit that is reached */
export async function reserveOfBoth(
  { ofCard, ofClient }: { readonly ofCard: Budget; readonly ofClient: Budget },
  { tenantId, clientId, cardId }: BudgetOrigin,
): Promise<Reservation> {
  const card = await ofCard.reserve([tenantId, cardId]);
  try {
    const client = await ofClient.reserve([tenantId, clientId]);
    return {
      spend: () => [card, client].forEach((part) => part.spend()),
      giveBack: async () => void (await Promise.all([card.giveBack(), client.giveBack()])),
    };
  } catch (refusal) {
    await card.giveBack();
    throw refusal;
  }
}
