import { closedRoot, make } from '../pin-pad/element.js';
import type { RevealedCard } from '../reveal/index.js';
import { CARD_STYLES } from './styles.js';
import { cardText, type CardTextName } from './texts.js';

const HIDDEN_GROUP = '••••';

/** What stands in the shadow root. */
export class CardView {
  readonly #number = make('dd', { class: 'number', part: 'number', translate: 'no' });
  readonly #expiry = make('dd', { part: 'expiry', translate: 'no' });
  readonly #holder = make('dd', { part: 'holder', translate: 'no' });
  readonly #labels = new Map<CardTextName, HTMLElement>();
  readonly #message = make('p', { class: 'message', part: 'message', role: 'status' });
  readonly #status = make('p', { class: 'unseen', role: 'status' });
  readonly #card = make('div', { class: 'card', part: 'card' });

  constructor(
    private readonly host: HTMLElement,
    actions: { readonly copy: () => void; readonly hide: () => void },
  ) {
    const copy = make('button', { class: 'copy', part: 'copy', type: 'button' }, [
      this.#label('copy', 'span'),
    ]);
    const hide = make('button', { part: 'hide', type: 'button' }, [this.#label('hide', 'span')]);
    copy.addEventListener('click', actions.copy);
    hide.addEventListener('click', actions.hide);
    this.#card.append(
      make('dl', {}, [
        make('div', { class: 'wide' }, [this.#label('number', 'dt'), this.#number]),
        make('div', { class: 'known' }, [this.#label('expiry', 'dt'), this.#expiry]),
        make('div', { class: 'known' }, [this.#label('holder', 'dt'), this.#holder]),
      ]),
    );
    closedRoot(host, CARD_STYLES).append(
      this.#card,
      make('div', { class: 'actions', part: 'actions' }, [copy, hide]),
      this.#message,
      this.#status,
      make('slot'),
    );
  }

  texts(): void {
    for (const [name, label] of this.#labels) label.textContent = cardText(this.host, name);
  }

  /** @param seconds until it is hidden, which a line shows as it passes */
  show({ pan, expiry = '', holderName = '' }: RevealedCard, seconds: number): void {
    this.#number.textContent = grouped(pan);
    this.#expiry.textContent = expiry;
    this.#holder.textContent = holderName;
    for (const value of [this.#expiry, this.#holder])
      if (value.parentElement) value.parentElement.hidden = value.textContent === '';
    const time = make('div', { class: 'time', part: 'time' });
    time.style.animationDuration = `${seconds}s`;
    this.#card.querySelector('.time')?.remove();
    this.#card.append(time);
  }

  /** @param last4 the digits that the page knows anyway, or none */
  hide(last4: string): void {
    this.#number.textContent = [HIDDEN_GROUP, HIDDEN_GROUP, HIDDEN_GROUP, last4 || HIDDEN_GROUP].join(' ');
    this.#expiry.textContent = '';
    this.#holder.textContent = '';
    this.#card.querySelector('.time')?.remove();
  }

  message(name?: CardTextName): void {
    this.#message.textContent = name === undefined ? '' : cardText(this.host, name);
  }

  /** For screen readers alone. */
  say(name?: CardTextName): void {
    this.#status.textContent = name === undefined ? '' : cardText(this.host, name);
  }

  #label(name: CardTextName, tag: 'dt' | 'span'): HTMLElement {
    const label = make(tag);
    this.#labels.set(name, label);
    return label;
  }
}

/** By four, as it is embossed. */
function grouped(pan: string): string {
  return pan.replaceAll(/\d{4}(?=\d)/g, '$& ');
}
