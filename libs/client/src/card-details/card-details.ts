import { BaseElement, setState } from '../pin-pad/element.js';
import {
  createRevealKey,
  openReveal,
  type RevealedCard,
  type RevealKey,
  type RevealPublicJwk,
} from '../reveal/index.js';
import type { CardDetailsElement } from './card-details-element.js';
import { CARD_TEXT_NAMES } from './texts.js';
import { CardView } from './view.js';

const HIDE_AFTER_SECONDS = 30;

/** `<pinward-card-details>`: docs/pin-pad.md. It opens the card data itself, and shows them for a while. */
export class PinwardCardDetails extends BaseElement implements CardDetailsElement {
  static readonly observedAttributes: readonly string[] = [
    'last4',
    ...CARD_TEXT_NAMES.map((name) => `text-${name}`),
  ];

  readonly #internals = this.attachInternals();
  readonly #view = new CardView(this, { copy: () => void this.#copy(), hide: () => this.hide() });
  #key: RevealKey | undefined;
  #card: RevealedCard | undefined;
  #hiding: ReturnType<typeof setTimeout> | undefined;

  connectedCallback(): void {
    document.addEventListener('visibilitychange', this.#onHide);
    window.addEventListener('pagehide', this.#onHide);
    this.#view.texts();
    this.#conceal();
  }

  disconnectedCallback(): void {
    document.removeEventListener('visibilitychange', this.#onHide);
    window.removeEventListener('pagehide', this.#onHide);
    this.#key = undefined;
    this.#conceal();
  }

  attributeChangedCallback(): void {
    if (!this.isConnected) return;
    this.#view.texts();
    if (this.#card === undefined) this.#view.hide(this.#last4);
  }

  async newKey(): Promise<RevealPublicJwk> {
    const key = await createRevealKey();
    this.#key = key;
    return key.publicJwk;
  }

  async show(answer: unknown): Promise<void> {
    this.#conceal();
    const key = this.#key;
    // It is used once.
    this.#key = undefined;
    try {
      const { jwe, code } = ((await answer) ?? {}) as { readonly jwe?: string; readonly code?: string };
      if (jwe === undefined || key === undefined)
        throw Object.assign(new Error(), { code: code ?? 'REVEAL_KEY_MISSING' });
      const card = await openReveal({ jwe, privateKey: key.privateKey });
      if (this.isConnected) this.#reveal(card);
    } catch (error) {
      this.#fail(error);
    }
  }

  hide(): void {
    if (this.#card === undefined) return;
    this.#conceal();
    this.#view.say('hidden');
    this.dispatchEvent(new CustomEvent('pinward-hidden', { bubbles: true, composed: true }));
  }

  #reveal(card: RevealedCard): void {
    const seconds = Number(this.getAttribute('hide-after')) || HIDE_AFTER_SECONDS;
    this.#card = card;
    this.#view.show(card, seconds);
    this.#view.say('shown');
    setState(this.#internals, 'shown');
    this.#hiding = setTimeout(() => this.hide(), seconds * 1_000);
  }

  #conceal(): void {
    clearTimeout(this.#hiding);
    this.#card = undefined;
    this.#view.hide(this.#last4);
    this.#view.message();
    this.#view.say();
    setState(this.#internals, 'concealed');
  }

  #fail(error: unknown): void {
    const { code = 'UNKNOWN' } = error as { readonly code?: string };
    setState(this.#internals, 'failed');
    this.#view.message('failed');
    this.dispatchEvent(new CustomEvent('pinward-error', { detail: { code }, bubbles: true, composed: true }));
  }

  async #copy(): Promise<void> {
    const card = this.#card;
    if (card === undefined) return;
    const copied = await navigator.clipboard.writeText(card.pan).then(
      () => true,
      () => false,
    );
    if (card === this.#card) this.#view.message(copied ? 'copied' : 'failed');
  }

  get #last4(): string {
    return this.getAttribute('last4') ?? '';
  }

  readonly #onHide = (event: Event): void => {
    if (event.type === 'pagehide' || document.hidden) this.hide();
  };
}
