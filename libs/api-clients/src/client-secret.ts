import { randomBytes } from 'node:crypto';
import { SecretText } from '#libs/secret-text';

/** The prefix lets scanners of repositories and logs recognise a secret that has leaked. */
const PREFIX = 'pwcs_';
const RANDOM_BYTES = 32;
const FORM = /^pwcs_[A-Za-z0-9_-]{43}$/;

/** A client's secret, shown once when it is made. */
export class ClientSecret extends SecretText {
  static generate(): ClientSecret {
    return new ClientSecret(`${PREFIX}${randomBytes(RANDOM_BYTES).toString('base64url')}`);
  }

  /** Whether it can be one of our secrets. */
  static hasForm(value: string): boolean {
    return FORM.test(value);
  }
}
