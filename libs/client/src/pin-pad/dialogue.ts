import type { EncryptedPin } from '../encrypt-pin.js';
import { PinEntry } from './pin-entry.js';

/** Members of the request's body: `encryptedPin` to set and to validate, the others to change and to reset. */
export interface PinBody {
  encryptedPin?: EncryptedPin;
  currentPin?: EncryptedPin;
  newPin?: EncryptedPin;
}

interface Step {
  readonly ask: 'enter' | 'current' | 'new' | 'repeat';
  /** What the digits become, encrypted. */
  readonly member?: keyof PinBody;
}

export type PinPadMode = 'validate' | 'set' | 'reset' | 'change';

/** What is asked for, one after the other. */
const STEPS: Readonly<Record<PinPadMode, readonly Step[]>> = {
  validate: [{ ask: 'enter', member: 'encryptedPin' }],
  set: [{ ask: 'new' }, { ask: 'repeat', member: 'encryptedPin' }],
  reset: [{ ask: 'new' }, { ask: 'repeat', member: 'newPin' }],
  change: [{ ask: 'current', member: 'currentPin' }, { ask: 'new' }, { ask: 'repeat', member: 'newPin' }],
};

/** @returns undefined for what is no mode */
export function modeOf(name: string | null): PinPadMode | undefined {
  return Object.keys(STEPS).find((mode): mode is PinPadMode => mode === name);
}

/** How a confirmed entry went on; `dropped` when all was wiped meanwhile. */
export type Confirmed = 'next' | 'mismatch' | 'complete' | 'dropped';

/**
 * One way through the steps of a mode. Digits stand in memory from their first key to their step's envelope; those of a new
 * PIN until they were repeated.
 */
export class Dialogue {
  readonly #entry = new PinEntry();
  readonly #chosen = new PinEntry();
  readonly #body: PinBody = {};
  readonly #steps: readonly Step[];
  #step = 0;
  #wiped = false;

  constructor(
    readonly mode: PinPadMode,
    private readonly encrypt: (digits: Uint8Array) => Promise<EncryptedPin>,
  ) {
    this.#steps = STEPS[mode];
  }

  get asked(): Step {
    return this.#steps[this.#step] ?? this.#steps[0] ?? { ask: 'enter' };
  }

  get isLastStep(): boolean {
    return this.#step === this.#steps.length - 1;
  }

  get length(): number {
    return this.#entry.length;
  }

  /** Whether it is as at its beginning. */
  get isUntouched(): boolean {
    return this.#step === 0 && this.#entry.length === 0;
  }

  get body(): PinBody {
    return { ...this.#body };
  }

  add(digit: number): void {
    this.#entry.add(digit);
  }

  removeLast(): void {
    this.#entry.removeLast();
  }

  /** @throws what the encryption throws */
  async confirm(): Promise<Confirmed> {
    const { ask, member } = this.asked;
    if (ask === 'new') this.#chosen.takeOver(this.#entry);
    if (ask === 'repeat' && !this.#entry.equals(this.#chosen)) return this.#chooseAgain();
    this.#forgetChosen(ask);
    if (member !== undefined) this.#body[member] = await this.#envelope();
    // The digits may have been zeroed before they were encrypted: such an envelope holds another PIN.
    if (this.#wiped) return 'dropped';
    if (this.isLastStep) return 'complete';
    this.#step += 1;
    return 'next';
  }

  /** Nothing comes of it any more. */
  wipe(): void {
    this.#wiped = true;
    this.#entry.wipe();
    this.#chosen.wipe();
  }

  async #envelope(): Promise<EncryptedPin> {
    try {
      return await this.encrypt(this.#entry.digits);
    } finally {
      this.#entry.wipe();
    }
  }

  #forgetChosen(ask: Step['ask']): void {
    if (ask === 'repeat') this.#chosen.wipe();
  }

  #chooseAgain(): 'mismatch' {
    this.#entry.wipe();
    this.#chosen.wipe();
    this.#step -= 1;
    return 'mismatch';
  }
}
