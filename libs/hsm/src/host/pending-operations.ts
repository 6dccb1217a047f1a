import {
  DeviceFault,
  EnvelopeUnreadable,
  EvaluationLost,
  HsmUnavailable,
  SealBroken,
  VerifierGivenUp,
} from '../contract/faults.js';
import type { HsmFault } from '../contract/faults.js';
import type { EvaluationBounds } from '../contract/pin-hsm.js';
import type { DispatchLedger, LedgerEntry } from './dispatch-ledger.js';
import { type FaultKind, type Outcome, verdictMacOf } from './messages.js';

type FaultOutcome = Extract<Outcome<unknown>, { readonly fault: FaultKind }>;

/** So many in a row mean that the device is lost: then a fresh host logs in anew. */
const DEVICE_FAULTS_AT_MOST = 3;

/** Bounds of an operation; `evaluation` says whether it has spent a try. */
export interface OperationBounds extends EvaluationBounds {
  readonly evaluation: boolean;
}

interface Pending extends OperationBounds {
  readonly entry: LedgerEntry;
  /** When the host got it, and how many answers had come by then. */
  readonly givenAt: bigint;
  readonly answersBefore: number;
  readonly resolve: (reply: unknown) => void;
  readonly reject: (fault: HsmFault) => void;
}

/**
 * The operations that one host has and has not answered. One question, asked only here, decides what a lost operation
 * costs: had its envelope been dispatched?
 */
export class PendingOperations {
  readonly #pending = new Map<number, Pending>();
  /**
   * Slots of operations that the host has not answered. They are not reused, or a late record could hide another one.
   */
  readonly #slots = new Map<number, number>();
  readonly #freeSlots: number[] = [];
  readonly #drained: (() => void)[] = [];
  /** No caller waits for these any more; the host must have answered each by the time given here. */
  readonly #overdue = new Map<number, bigint>();
  #last = 0;
  #answers = 0;
  /** Since the last success. */
  #deviceFaults = 0;

  constructor(private readonly ledger: Pick<DispatchLedger, 'wasDispatched'>) {}

  get size(): number {
    return this.#pending.size;
  }

  add(bounds: OperationBounds): { readonly entry: LedgerEntry; readonly settled: Promise<unknown> } {
    this.#last += 1;
    const operation = this.#last;
    const slot = this.#freeSlots.pop() ?? this.#slots.size;
    this.#slots.set(operation, slot);
    const entry = { slot, operation };
    const settled = new Promise<unknown>((resolve, reject) => {
      const given = { givenAt: process.hrtime.bigint(), answersBefore: this.#answers };
      this.#pending.set(operation, { ...bounds, ...given, entry, resolve, reject });
    });
    return { entry, settled };
  }

  /** @returns true when the answer says that the host cannot work any more */
  settle(operation: number, outcome: Outcome<unknown>): boolean {
    this.#answers += 1;
    this.#overdue.delete(operation);
    const hopeless = this.isHopeless(outcome);
    this.freeSlot(operation);
    const pending = this.take(operation);
    if (pending === undefined) return hopeless;
    const isLate = process.hrtime.bigint() > pending.endBefore;
    if ('fault' in outcome) pending.reject(attestedFaultOf(outcome));
    else if (pending.evaluation && isLate) pending.reject(new EvaluationLost('the verdict came too late'));
    else pending.resolve(outcome.reply);
    return hopeless;
  }

  /**
   * Settles operations that have run out of time. An operation without a dispatch record after `startBefore` will never
   * be started: a worker writes its record before its last look at the clock.
   *
   * @returns whether a call does not return
   */
  expire(now: bigint): boolean {
    let hung = [...this.#overdue.values()].some((end) => now > end);
    for (const [operation, pending] of this.#pending) {
      if (now > pending.endBefore) {
        this.take(operation)?.reject(this.lost(pending, 'no verdict in time'));
        if (this.wasWaiting(pending)) this.#overdue.set(operation, patienceWith(pending));
        else hung = true;
      } else if (
        pending.evaluation &&
        now > pending.startBefore &&
        !this.ledger.wasDispatched(pending.entry)
      ) {
        this.take(operation)?.reject(new HsmUnavailable('not started in time'));
      }
    }
    return hung;
  }

  /** Some were given up and may still block a worker. */
  get hasOverdue(): boolean {
    return this.#overdue.size > 0;
  }

  /** The host has ended. */
  abandonAll(): void {
    for (const [operation, pending] of this.#pending) {
      this.take(operation)?.reject(this.lost(pending, 'the HSM host ended'));
    }
  }

  async drained(): Promise<void> {
    if (this.#pending.size === 0) return;
    await new Promise<void>((resolve) => this.#drained.push(resolve));
  }

  /** One device fault may pass, and its try is given back; several without a success between them do not pass. */
  private isHopeless(outcome: Outcome<unknown>): boolean {
    if (!('fault' in outcome)) this.#deviceFaults = 0;
    else if (outcome.fault === 'device') this.#deviceFaults += 1;
    else return outcome.fault === 'no-session' || outcome.fault === 'device-lost';
    return this.#deviceFaults >= DEVICE_FAULTS_AT_MOST;
  }

  private take(operation: number): Pending | undefined {
    const pending = this.#pending.get(operation);
    this.#pending.delete(operation);
    if (this.#pending.size === 0) for (const resolve of this.#drained.splice(0)) resolve();
    return pending;
  }

  private freeSlot(operation: number): void {
    const slot = this.#slots.get(operation);
    if (slot === undefined) return;
    this.#slots.delete(operation);
    this.#freeSlots.push(slot);
  }

  /**
   * A host that answers other operations is busy, and ending it would make it busier: an operation without a dispatch
   * record may still wait for its turn.
   */
  private wasWaiting(pending: Pending): boolean {
    return !this.wasDispatched(pending) && this.#answers > pending.answersBefore;
  }

  private wasDispatched({ evaluation, entry }: Pending): boolean {
    return evaluation && this.ledger.wasDispatched(entry);
  }

  private lost(pending: Pending, message: string): HsmFault {
    return this.wasDispatched(pending) ? new EvaluationLost(message) : new HsmUnavailable(message);
  }
}

/** Its time limit, and twice its whole time after it. Queues are bounded, so its turn comes sooner than that. */
function patienceWith({ givenAt, endBefore }: Pending): bigint {
  return endBefore + 2n * (endBefore - givenAt);
}

function attestedFaultOf({ fault: kind, message, verdictMac }: FaultOutcome): HsmFault {
  const fault = faultOf(kind, message);
  fault.verdictMac = verdictMacOf(verdictMac ?? null);
  return fault;
}

function faultOf(kind: FaultKind, message: string): HsmFault {
  switch (kind) {
    case 'unreadable':
      return new EnvelopeUnreadable(message);
    case 'unavailable':
    case 'no-session':
      return new HsmUnavailable(message);
    case 'lost':
      return new EvaluationLost(message);
    case 'device':
    case 'device-lost':
      return new DeviceFault(message, kind === 'device-lost');
    case 'seal-broken':
      return new SealBroken(message);
    case 'given-up':
      return new VerifierGivenUp(message);
  }
}
