// @ts-check
// Secrets travel to planted processes masked, so that only what is planted on purpose can be found there. JavaScript,
// since compiler and Node's type stripping disagree about how TypeScript is imported.
const MASK = 0x5a;

/** @param {readonly Uint8Array[]} secrets */
export function masked(secrets) {
  return secrets.map((secret) => Buffer.from(secret.map((byte) => byte ^ MASK)).toString('hex')).join(' ');
}

/** Each in memory of its own: Node's shared pool would keep copies. @param {string} text */
export function unmasked(text) {
  return text.split(' ').map((hex) => {
    const secret = Buffer.allocUnsafeSlow(hex.length / 2);
    for (let index = 0; index < secret.length; index += 1) {
      secret[index] = Number.parseInt(hex.slice(2 * index, 2 * index + 2), 16) ^ MASK;
    }
    return secret;
  });
}
