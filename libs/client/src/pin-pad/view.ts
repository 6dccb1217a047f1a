import { closedRoot, icon, make } from './element.js';
import { PAD_STYLES } from './styles.js';

const COLUMNS = 3;
const BACKSPACE = 'M9 5h11v14H9l-6-7zM12 9.5l5 5M17 9.5l-5 5';
const CHECK = 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M8 12.3l2.8 2.7L16 9.5';
const LOCK = 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3M12 14.5v2';

const STEPS_OF_ARROWS: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowRight: 1,
  ArrowUp: -COLUMNS,
  ArrowDown: COLUMNS,
};

/** What is done when a key is pressed; digits are told by their place in the grid. */
export interface PadActions {
  readonly digit: (place: number) => void;
  readonly removeLast: () => void;
  readonly confirm: () => void;
}

/** What stands in the shadow root. It knows where a digit stands, and never which digits were typed. */
export class PadView {
  readonly #title = make('slot');
  readonly #dots = make('div', { class: 'dots', part: 'dots', 'aria-hidden': 'true' });
  readonly #message = make('p', { class: 'message', part: 'message', role: 'alert' });
  readonly #status = make('p', { class: 'unseen', role: 'status' });
  readonly #digits: readonly HTMLButtonElement[];
  readonly #delete: HTMLButtonElement;
  readonly #confirmText = make('slot');
  readonly #confirm: HTMLButtonElement;

  constructor(host: HTMLElement, { digit, removeLast, confirm }: PadActions) {
    this.#digits = Array.from({ length: 10 }, (_, place) =>
      button(`key${place === 9 ? ' zero' : ''}`, 'key digit', () => digit(place)),
    );
    this.#delete = button('key plain', 'key delete', removeLast, icon(BACKSPACE));
    this.#confirm = button('confirm', 'confirm', confirm, this.#confirmText);
    for (const key of this.#gridKeys) key.addEventListener('focus', () => this.#reach(key));
    this.#reach(this.#digits[0]);
    // An application: screen readers leave the digits of a keyboard to it, which are commands of their own elsewhere.
    const grid = { class: 'keys', part: 'keys', role: 'application', 'aria-labelledby': 'title' };
    closedRoot(host, PAD_STYLES).append(
      make('div', { class: 'head', part: 'head' }, [
        make('p', { class: 'title', part: 'title', id: 'title' }, [this.#title]),
        this.#dots,
        make('div', { class: 'mark ok', part: 'mark ok' }, [icon(CHECK)]),
        make('div', { class: 'mark lock', part: 'mark lock' }, [icon(LOCK)]),
        this.#message,
      ]),
      this.#status,
      make('div', grid, this.#gridKeys),
      this.#confirm,
      make('slot', { name: 'help' }),
    );
  }

  get #gridKeys(): readonly HTMLButtonElement[] {
    return [...this.#digits, this.#delete];
  }

  title(name: string, text: string): void {
    named(this.#title, name, text);
  }

  confirm(name: string, text: string): void {
    named(this.#confirmText, name, text);
  }

  /** The title as it is seen, whether it comes from a slot or an attribute. */
  get titleText(): string {
    const [slotted] = this.#title.assignedElements();
    return (slotted ?? this.#title).textContent.trim();
  }

  dots(filled: number, places: number): void {
    this.#dots.replaceChildren(
      ...Array.from({ length: Math.max(filled, places) }, (_, index) =>
        make(
          'span',
          index < filled ? { class: 'dot filled', part: 'dot filled' } : { class: 'dot', part: 'dot' },
        ),
      ),
    );
  }

  message(text: string): void {
    this.#message.textContent = text;
  }

  /** For screen readers alone. */
  say(text: string): void {
    this.#status.textContent = text;
  }

  deleteLabel(text: string): void {
    this.#delete.ariaLabel = text;
  }

  /** @param glyphs of the ten keys, in the order of their places */
  digits(glyphs: readonly string[]): void {
    for (const [place, key] of this.#digits.entries()) key.textContent = glyphs[place] ?? '';
  }

  /** Keys keep the focus while they do nothing, so they are not disabled. */
  usable(usable: boolean): void {
    for (const key of [...this.#gridKeys, this.#confirm]) key.ariaDisabled = String(!usable);
  }

  /** @returns whether it is an arrow key, which moves the focus among the keys of the grid */
  move(arrow: string): boolean {
    const step = STEPS_OF_ARROWS[arrow];
    if (step === undefined) return false;
    // The place before the last digit is empty.
    const places = [...this.#digits.slice(0, 9), undefined, ...this.#digits.slice(9), this.#delete];
    const from = places.findIndex((key) => key?.matches(':focus'));
    const isInRow = Math.abs(step) > 1 || Math.floor(from / COLUMNS) === Math.floor((from + step) / COLUMNS);
    if (from >= 0 && isInRow) places[from + step]?.focus();
    return true;
  }

  /** One key of the grid is reached with Tab: the one that had the focus last. */
  #reach(key?: HTMLButtonElement): void {
    for (const other of this.#gridKeys) other.tabIndex = other === key ? 0 : -1;
  }
}

function button(name: string, part: string, press: () => void, ...children: Node[]): HTMLButtonElement {
  const key = make('button', { class: name, part, type: 'button', translate: 'no' }, children);
  key.addEventListener('click', press);
  return key;
}

/** What the page has put into the slot of this name, else the text. */
function named(slot: HTMLSlotElement, name: string, text: string): void {
  slot.name = name;
  slot.textContent = text;
}
