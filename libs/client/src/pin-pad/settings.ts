import { modeOf, type PinPadMode } from './dialogue.js';
import { padText, type Attributes, type TextName } from './texts.js';

export const DIGITS = '0123456789';
const [FEWEST, MOST] = [4, 12];

/** What a page has set by attributes, or what holds where it has not. */
export class PadSettings {
  constructor(private readonly pad: Attributes) {}

  get mode(): PinPadMode {
    return modeOf(this.pad.getAttribute('mode')) ?? 'validate';
  }

  /** For encryptPin, which tells what is missing. */
  get card(): {
    readonly cardId: string;
    readonly pinAccount: string;
    readonly manifestPins: readonly string[];
  } {
    return {
      cardId: this.pad.getAttribute('card-id') ?? '',
      pinAccount: this.pad.getAttribute('pin-account') ?? '',
      manifestPins: this.pad.getAttribute('manifest-pins')?.match(/\S+/g) ?? [],
    };
  }

  get min(): number {
    return clamped(this.pad.getAttribute('min'), FEWEST);
  }

  get max(): number {
    return Math.max(this.min, clamped(this.pad.getAttribute('max'), MOST));
  }

  get isShuffled(): boolean {
    return this.pad.getAttribute('layout') === 'shuffled';
  }

  get confirmsAlone(): boolean {
    return this.pad.getAttribute('auto-confirm') !== null;
  }

  /** How the digits are written, from 0 to 9. */
  get glyphs(): readonly string[] {
    const given = Array.from(this.pad.getAttribute('digits') ?? '');
    return given.length === DIGITS.length ? given : Array.from(DIGITS);
  }

  /** @param n stands where the text has {n}, in the pad's own digits */
  text(name: TextName, n = 0): string {
    const written = Array.from(String(n), (digit) => this.glyphs[Number(digit)] ?? digit);
    return padText(this.pad, name).replace('{n}', written.join(''));
  }
}

function clamped(text: string | null, otherwise: number): number {
  return Math.min(MOST, Math.max(FEWEST, Math.trunc(Number(text)) || otherwise));
}
