import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';

/** The prefix lets scanners of repositories and logs recognise a secret that has leaked. */
const PREFIX = 'pwcs_';
const RANDOM_BYTES = 32;
const FORM = /^pwcs_[A-Za-z0-9_-]{43}$/;

/** A client's secret, shown once when it is made: it prints as redacted wherever it is printed. */
export class ClientSecret {
  readonly #value: string;

  private constructor(value: string) {
    this.#value = value;
  }

  static generate(): ClientSecret {
    return new ClientSecret(`${PREFIX}${randomBytes(RANDOM_BYTES).toString('base64url')}`);
  }

  /** Whether it can be a secret of ours at all. */
  static hasForm(value: string): boolean {
    return FORM.test(value);
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '[redacted]';
  }

  toJSON(): string {
    return this.toString();
  }

  [inspect.custom](): string {
    return this.toString();
  }
}
