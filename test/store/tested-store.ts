import type { DataSource } from 'typeorm';
import { CardVault } from '#libs/card-vault';
import { PinwardError } from '#libs/errors';
import {
  CardStore,
  CloseCard,
  NewPins,
  RegisterCard,
  UnlockPin,
  type Card,
  type PinPolicy,
  type ResetRecord,
  type SetRecord,
  type UnlockPinRequest,
} from '#libs/pin';
import type { Answered, RequestContext } from '#libs/requests';

/** How a call ended: `done`, `answered` as it was the first time, or the code of its refusal. */
export interface Ended {
  readonly outcome: string;
  readonly body?: unknown;
}

/** What a caller is shown of a card here: all of it. */
const view = (card: Card) => ({ ...card });

/** The cards of one process, with what writes them besides the try counter. */
export class TestedStore extends CardStore {
  readonly #newPins: NewPins;
  readonly #unlockPin: UnlockPin;
  readonly #closeCard: CloseCard;
  readonly #registerCard: RegisterCard;

  constructor(dataSource: DataSource, policy: PinPolicy) {
    super(dataSource, policy);
    this.#newPins = new NewPins(dataSource, policy);
    this.#unlockPin = new UnlockPin(dataSource, policy);
    this.#closeCard = new CloseCard(dataSource, policy);
    // Cards without data: nothing is asked of the vault.
    const vault = Object.create(CardVault.prototype) as CardVault;
    this.#registerCard = new RegisterCard(dataSource, policy, this, vault);
  }

  set(record: SetRecord): Promise<Ended> {
    return ended(this.#newPins.recordSet(record));
  }

  reset(record: ResetRecord): Promise<Ended> {
    return ended(this.#newPins.recordReset(record));
  }

  unlock(request: UnlockPinRequest): Promise<Ended> {
    return ended(this.#unlockPin.execute(request));
  }

  close(request: { readonly context: RequestContext; readonly cardId: string }): Promise<Ended> {
    return ended(this.#closeCard.execute({ ...request, view }));
  }

  async register(
    context: RequestContext,
    cardRef: string,
    chip = false,
  ): Promise<Ended & { readonly body?: Card }> {
    const surrogate = { data: null, pinAccountSource: 'surrogate', chip, view } as const;
    const result = await ended(this.#registerCard.execute({ context, cardRef, ...surrogate }));
    return result as Ended & { readonly body?: Card };
  }
}

async function ended(call: Promise<Answered<object>>): Promise<Ended> {
  try {
    const { body, replayed, created } = await call;
    if (replayed) return { outcome: 'answered', body };
    return { outcome: created === false ? 'existing' : 'done', body };
  } catch (fault) {
    const refused = fault instanceof PinwardError && !UNEXPECTED.includes(fault.code);
    if (!refused) throw fault;
    return fault.replayed ? { outcome: 'answered', body: fault.code } : { outcome: fault.code };
  }
}

const UNEXPECTED: readonly string[] = ['INTERNAL', 'DATABASE_UNAVAILABLE'];
