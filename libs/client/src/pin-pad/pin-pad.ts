import { encryptPin } from '../encrypt-pin.js';
import type { PinKeySet } from '../pin-key.js';
import { Dialogue } from './dialogue.js';
import { BaseElement, setState } from './element.js';
import { Forgetting } from './forgetting.js';
import type { PinErrorDetail, PinEventDetail, PinPadElement } from './pin-pad-element.js';
import { outcomeOf } from './outcome.js';
import { shuffledDigits } from './shuffle.js';
import { DIGITS, PadSettings } from './settings.js';
import { TEXT_NAMES, type TextName } from './texts.js';
import { PadView } from './view.js';

const TELEPHONE = [1, 2, 3, 4, 5, 6, 7, 8, 9, 0];

/** `entry` takes digits; `busy` encrypts, or waits for `answer`. */
type State = 'entry' | 'busy' | 'done' | 'locked';

/** `<pinward-pin-pad>`: docs/pin-pad.md. The PIN is in no attribute, property, event or text of it. */
export class PinwardPinPad extends BaseElement implements PinPadElement {
  static readonly observedAttributes: readonly string[] = [
    ...['mode', 'layout', 'min', 'max', 'digits'],
    ...TEXT_NAMES.map((name) => `text-${name}`),
  ];

  declare keySet?: PinKeySet | Promise<PinKeySet>;

  readonly #internals = this.attachInternals();
  readonly #settings = new PadSettings(this);
  readonly #view = new PadView(this, {
    digit: (place) => this.#add(this.#order[place] ?? 0),
    removeLast: () => this.#removeLast(),
    confirm: () => void this.#confirm(),
  });
  readonly #forgetting = new Forgetting(this, (isLeft) => this.#forget(isLeft));
  #dialogue = this.#newDialogue();
  #order: readonly number[] = TELEPHONE;
  #state: State = 'entry';
  /** Enter confirms after digits were typed, and presses the key that was moved to. */
  #typing = false;

  constructor() {
    super();
    this.addEventListener('keydown', this.#onKey);
    this.addEventListener('keyup', (event) => {
      if (event.target === this) event.stopPropagation();
    });
  }

  connectedCallback(): void {
    this.#forgetting.start();
    this.restart();
  }

  disconnectedCallback(): void {
    this.#forgetting.stop();
    this.#dialogue.wipe();
  }

  attributeChangedCallback(name: string): void {
    if (!this.isConnected) return;
    if (name.startsWith('text-')) this.#show();
    else this.restart();
  }

  restart(): void {
    this.#begin('entry');
  }

  async answer(answer: unknown): Promise<void> {
    const dialogue = this.#dialogue;
    const { text, n, state } = outcomeOf(await Promise.resolve(answer).catch(() => undefined));
    if (dialogue === this.#dialogue) this.#begin(state, text, n);
  }

  #newDialogue(): Dialogue {
    return new Dialogue(this.#settings.mode, async (pin) =>
      encryptPin({
        pin,
        // What is no key set is told as such.
        keySet: (await this.keySet) as PinKeySet,
        ...this.#settings.card,
      }),
    );
  }

  #begin(state: State, message?: TextName, n?: number): void {
    this.#dialogue.wipe();
    this.#dialogue = this.#newDialogue();
    this.#enter(state, message, n);
  }

  #enter(state: State, message?: TextName, n?: number): void {
    this.#state = state;
    if (state === 'entry') this.#order = this.#settings.isShuffled ? shuffledDigits() : TELEPHONE;
    setState(this.#internals, state);
    this.#view.usable(state === 'entry');
    this.#view.message(message === undefined ? '' : this.#settings.text(message, n));
    this.#show();
    if (state === 'entry') this.#view.say(this.#view.titleText);
  }

  #show(): void {
    const { asked, isLastStep } = this.#dialogue;
    const label = isLastStep ? 'confirm' : 'next';
    this.#view.title(asked.ask, this.#settings.text(asked.ask));
    this.#view.confirm(label, this.#settings.text(label));
    this.#view.deleteLabel(this.#settings.text('delete'));
    this.#view.digits(this.#order.map((digit) => this.#settings.glyphs[digit] ?? ''));
    this.#view.dots(this.#dialogue.length, this.#settings.min);
  }

  #add(digit: number): void {
    if (this.#state !== 'entry' || this.#dialogue.length >= this.#settings.max) return;
    this.#dialogue.add(digit);
    this.#typed();
    if (this.#dialogue.length === this.#settings.max && this.#settings.confirmsAlone) void this.#confirm();
  }

  #removeLast(): void {
    if (this.#state !== 'entry') return;
    this.#dialogue.removeLast();
    this.#typed();
  }

  #typed(): void {
    this.#forgetting.later();
    this.#view.message('');
    this.#view.dots(this.#dialogue.length, this.#settings.min);
    this.#view.say(this.#settings.text('count', this.#dialogue.length));
  }

  async #confirm(): Promise<void> {
    const dialogue = this.#dialogue;
    if (this.#state !== 'entry') return;
    if (dialogue.length < this.#settings.min)
      return this.#view.message(this.#settings.text('short', this.#settings.min));
    this.#enter('busy', 'busy');
    try {
      const confirmed = await dialogue.confirm();
      if (confirmed === 'complete') this.#send(dialogue);
      else if (confirmed !== 'dropped')
        this.#enter('entry', ...(confirmed === 'mismatch' ? [confirmed] : []));
    } catch (error) {
      if (dialogue === this.#dialogue) this.#fail(error);
    }
  }

  #send({ mode, body }: Dialogue): void {
    this.#emit('pinward-pin', { mode, body } satisfies PinEventDetail);
  }

  #fail(error: unknown): void {
    const { code = 'UNKNOWN' } = error as { code?: string };
    this.#begin('entry', 'failed');
    this.#emit('pinward-error', { code } satisfies PinErrorDetail);
  }

  #emit(type: string, detail: object): void {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }

  /** @param isLeft without a word: a cardholder who comes back to the page sees an empty pad */
  #forget(isLeft: boolean): void {
    if (!this.#dialogue.isUntouched && this.#state !== 'done')
      this.#begin('entry', isLeft ? undefined : 'forgotten');
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    // From the shadow root, and not from what a page has put into a slot.
    if (event.target !== this || event.ctrlKey || event.altKey || event.metaKey) return;
    if (!this.#take(event)) return;
    event.preventDefault();
    // Which keys were pressed is not the business of listeners further up.
    event.stopPropagation();
  };

  #take({ key, repeat }: KeyboardEvent): boolean {
    const digit = key.length === 1 ? Math.max(DIGITS.indexOf(key), this.#settings.glyphs.indexOf(key)) : -1;
    if (digit >= 0) {
      this.#typing = true;
      if (!repeat) this.#add(digit);
    } else if (key === 'Backspace' || key === 'Delete') this.#removeLast();
    else if (key === 'Escape' && !this.#dialogue.isUntouched && this.#state === 'entry') this.restart();
    else if (key === 'Enter' && this.#typing) void this.#confirm();
    else if (this.#view.move(key)) this.#typing = false;
    else return false;
    return true;
  }
}
