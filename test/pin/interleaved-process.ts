import type fc from 'fast-check';
import type { MatchPinRequest, PinHsm, HsmPermit } from '#libs/hsm';
import type { CardStore, SettleRequest, SettleResult, SpendRequest } from '#libs/pin';

/** The process that ran the use case is gone; nothing after this happens. */
export class Crashed extends Error {}

/** Whose turn it is: the scheduler chooses the order of the steps, and one step ends before the next begins. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  constructor(private readonly scheduler: fc.Scheduler) {}

  async take<T>(label: string, work: () => Promise<T>): Promise<T> {
    await this.scheduler.schedule(Promise.resolve(), label);
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return await turn;
  }
}

/** What is seen of a step that has happened, whether or not its process lives to hear of it. */
export interface Observer {
  evaluated(): void;
  /**
   * The try of an evaluation whose current PIN had matched came back: the new PIN could not be opened any more. Those that
   * are given back are no guesses; one that had not matched would be, and is not told here.
   */
  matchGivenBack(): void;
  settled(request: SettleRequest): void;
}

/** One service process: its spends, evaluations and settles are single steps, and it dies at the point it is given. */
export class InterleavedProcess {
  #point = 0;
  #matched = false;

  /** @param crashAt 1 is before its first step, 2 after it, 3 before its second, and so on; null lives */
  constructor(
    private readonly turns: Turns,
    private readonly observer: Observer,
    private readonly crashAt: number | null,
  ) {}

  store(store: CardStore): CardStore {
    return replaceMembers(store, {
      spend: (request: SpendRequest) => this.step('spend', () => store.spend(request)),
      settle: (request: SettleRequest) =>
        this.step('settle', async () => {
          const result = await store.settle(request);
          if (result.outcome === 'settled') {
            this.observer.settled(request);
            if (request.verdict === 'given-back' && this.#matched) this.observer.matchGivenBack();
          }
          // The current PIN was right, and the one-time password used up by another request: no change.
          if (isOtpRejected(result)) this.observer.settled(withoutEffect(request));
          return result;
        }),
    });
  }

  hsm(hsm: PinHsm): PinHsm {
    return replaceMembers(hsm, {
      matchPin: (permit: HsmPermit, request: MatchPinRequest) =>
        this.step('match', async () => {
          const result = await hsm.matchPin(permit, request);
          this.observer.evaluated();
          this.#matched = result.matched;
          return result;
        }),
    });
  }

  private async step<T>(label: string, work: () => Promise<T>): Promise<T> {
    this.crashHere();
    const result = await this.turns.take(label, work);
    this.crashHere();
    return result;
  }

  private crashHere(): void {
    this.#point += 1;
    if (this.crashAt !== null && this.#point >= this.crashAt) throw new Crashed();
  }
}

function withoutEffect(request: SettleRequest): SettleRequest {
  return request.verdict === 'matched' ? { ...request, effect: { kind: 'none' } } : request;
}

function isOtpRejected(result: SettleResult): boolean {
  return (
    result.outcome === 'answered' && 'problem' in result.answer && result.answer.problem === 'OTP_REJECTED'
  );
}

function replaceMembers<T extends object>(target: T, members: Partial<T>): T {
  return new Proxy(target, {
    get(original, name) {
      const member: unknown = Reflect.get(name in members ? members : original, name);
      return typeof member === 'function' ? (member.bind(original) as unknown) : member;
    },
  });
}
