import { SecretText } from '#libs/secret-text';

/**
 * The login secret of the PKCS#11 token: never a cardholder's PIN. It travels to the HSM host over its private channel,
 * never in arguments or environment.
 */
export class TokenPin extends SecretText {
  override toString(): string {
    return '[TokenPin redacted]';
  }
}
