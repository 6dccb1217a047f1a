import { SecretText } from '#libs/secret-text';

/**
 * The login secret of the PKCS#11 token: never a cardholder's PIN. It travels to the HSM host over a pipe of
 * its own, never in arguments, environment or messages; the host forgets it when it has logged in.
 */
export class TokenPin extends SecretText {
  override toString(): string {
    return '[TokenPin redacted]';
  }
}
