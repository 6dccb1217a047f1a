import { SecretText } from '#libs/secret-text';

/**
 * What is wrong with the text of a token PIN, in words that follow its setting's name and quote nothing of it; null:
 * nothing. A login with it would cost one of few, so it is looked at before.
 */
export function tokenPinFault(text: string): string | null {
  if (text === '') return 'is empty';
  if (text.startsWith('\uFEFF')) return 'begins with a byte order mark: save the file without one';
  if (text.includes('\0')) return 'has a NUL in it: is the file in UTF-16?';
  if (/[\r\n]/.test(text)) return 'has a line end in it: the PIN alone belongs into the file';
  if (text !== text.trim()) return 'begins or ends with a blank';
  return null;
}

/**
 * The login secret of the PKCS#11 token: never a cardholder's PIN. It travels to the HSM host over a pipe of
 * its own, never in arguments, environment or messages; the host forgets it when it has logged in.
 */
export class TokenPin extends SecretText {
  override toString(): string {
    return '[TokenPin redacted]';
  }
}
