import { readSync } from 'node:fs';
import type { Writable } from 'node:stream';
import type { TokenPin } from '../token-pin.js';

/** File descriptor of the pipe in the HSM host. */
export const TOKEN_PIN_FD = 5;

/** PKCS#11 sets no bound; modules accept far less. */
const LONGEST = 1_024;
/** Twice the young generation of a host's thread (hsm-host.ts), in arrays of eight elements. */
const ARRAYS = 200_000;

/** The parent's side: sends the bytes once and closes the pipe. */
export function sendTokenPin(pipe: Writable, tokenPin: TokenPin): void {
  const bytes = Buffer.from(tokenPin.reveal());
  // A host that ends first is reported elsewhere.
  pipe.on('error', () => undefined);
  pipe.end(bytes, () => bytes.fill(0));
}

/**
 * Lends the token PIN to `use`, once. The PIN comes over its own pipe, straight into a buffer that is zeroed. A message
 * would leave copies that cannot be found again. The binding needs a string for C_Login: the login must end before V8
 * moves the string out of its young generation, which is then overwritten.
 */
export function withTokenPin(use: (tokenPin: string) => void): void {
  try {
    lend(use);
  } finally {
    // In another stack frame than the string, or the string would stay alive.
    fillYoungGeneration();
  }
}

function lend(use: (tokenPin: string) => void): void {
  const bytes = Buffer.allocUnsafeSlow(LONGEST);
  try {
    let length = 0;
    for (let read = -1; read !== 0 && length < LONGEST; length += read) {
      read = readSync(TOKEN_PIN_FD, bytes, length, LONGEST - length, null);
    }
    use(bytes.toString('utf8', 0, length));
  } finally {
    bytes.fill(0);
  }
}

/** Dead strings stay readable until other data overwrites them. */
function fillYoungGeneration(): void {
  const kept: number[][] = [];
  for (let count = 0; count < ARRAYS; count += 1)
    kept[count % 64] = Array.from<number>({ length: 8 }).fill(count);
}
