import { SecretText } from '#libs/secret-text';

/**
 * The fault in the text of a token PIN; null if there is none. The words follow the setting's name and quote nothing of
 * the PIN. Checked before the login, since a login costs one of few tries.
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
 * The login secret of the PKCS#11 token: never a cardholder's PIN. It goes to the HSM host over its own pipe, never in
 * arguments, environment or messages. The host forgets it after the login.
 */
export class TokenPin extends SecretText {
  override toString(): string {
    return '[TokenPin redacted]';
  }
}
