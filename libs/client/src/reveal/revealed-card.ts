/** What an app shows of a card. It redacts itself wherever an object is written out; read its members one by one. */
export class RevealedCard {
  readonly cardId: string;
  readonly #pan: string;
  readonly #expiry: string | undefined;
  readonly #holderName: string | undefined;

  constructor({
    cardId,
    pan,
    expiry,
    holderName,
  }: Record<'cardId' | 'pan', string> & Record<'expiry' | 'holderName', string | undefined>) {
    this.cardId = cardId;
    this.#pan = pan;
    this.#expiry = expiry;
    this.#holderName = holderName;
  }

  get pan(): string {
    return this.#pan;
  }

  /** As it was registered, e.g. "04/29". */
  get expiry(): string | undefined {
    return this.#expiry;
  }

  get holderName(): string | undefined {
    return this.#holderName;
  }

  toString(): string {
    return `[RevealedCard XXXX${this.#pan.slice(-4)}]`;
  }

  toJSON(): string {
    return this.toString();
  }
}

/** What console.log of Node.js prints. */
Object.defineProperty(RevealedCard.prototype, Symbol.for('nodejs.util.inspect.custom'), {
  value(this: RevealedCard): string {
    return this.toString();
  },
});
