import { inspect } from 'node:util';

/**
 * The login secret of the PKCS#11 token: never a cardholder's PIN. It prints as redacted wherever it is printed and
 * travels to the HSM host over its private channel, never in arguments or environment.
 */
export class TokenPin {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The secret itself, for the one call that hands it to the HSM host. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '[TokenPin redacted]';
  }

  toJSON(): string {
    return this.toString();
  }

  [inspect.custom](): string {
    return this.toString();
  }
}
