/** base64url without padding (RFC 4648, section 5, as RFC 7515 uses it). */
export function encodeBase64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

/** @returns the bytes, or undefined where the text is not the one canonical encoding of them */
export function decodeBase64url(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) return undefined;
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    // Stray bits in the last character decode, but do not come back.
    return encodeBase64url(bytes) === text ? bytes : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Of bytes that are UTF-8 and nothing else. Not by TextDecoder, which older engines of React Native lack.
 *
 * @throws SyntaxError, or URIError where they are no UTF-8
 */
export function parseJsonBytes(bytes: Uint8Array): unknown {
  const escaped = Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, '0')}`);
  return JSON.parse(decodeURIComponent(escaped.join('')));
}

export function isJsonObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
