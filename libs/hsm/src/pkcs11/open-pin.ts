import { publicEncrypt } from 'node:crypto';
import type { OpenedPin } from '../evaluation/judge-pin.js';
import type { Handle } from './cryptoki.js';
import type { HeldRsaKey } from './key-pick-up.js';
import { nodeOaep } from './mechanisms.js';
import { R0_BYTES } from './pin-object.js';
import type { Token } from './token.js';

/** Room for the AES key wrap of the longest field that any module takes. */
const WRAP_OUTPUT_BYTES = 64;

/**
 * R0 of one PIN under each requested generation. It is zeroed when disposed of, and never leaves the thread that made
 * it.
 */
export class R0s implements OpenedPin, Disposable {
  readonly #buffers = new Map<number, Buffer>();

  r0(generation: number): Buffer {
    const buffer = this.#buffers.get(generation);
    if (buffer === undefined) throw new Error(`the PIN was not wrapped under generation ${generation}`);
    return buffer.subarray(0, R0_BYTES);
  }

  /** A zeroed buffer that is not from Node's shared pool. */
  bufferFor(generation: number): Buffer {
    const buffer = Buffer.alloc(WRAP_OUTPUT_BYTES);
    this.#buffers.set(generation, buffer);
    return buffer;
  }

  [Symbol.dispose](): void {
    for (const buffer of this.#buffers.values()) buffer.fill(0);
    this.#buffers.clear();
  }
}

/** What to open, and under which generations of the wrapping key. */
export interface Opening {
  readonly transportKey: Handle;
  readonly ciphertext: Buffer;
  readonly generations: readonly number[];
}

/**
 * The basic operation: unwraps the envelope into a PIN object, wraps it under each generation, destroys it. The PIN
 * object is destroyed on every path.
 *
 * @throws the module's error, or an error when a wrapped value is not 24 bytes long: then the field was not 16 bytes
 */
export function openPin(token: Token, { transportKey, ciphertext, generations }: Opening): R0s {
  const { session, mechanisms, unwrapTemplate } = token;
  const pinObject = session.unwrapKey(mechanisms.oaep, transportKey, ciphertext, unwrapTemplate);
  return wrapAndDestroy(token, pinObject, generations);
}

/** Encrypts a field that is no secret: the dummy card's, or one of the weak list. */
export function encryptField(token: Token, transport: HeldRsaKey, field: Buffer): Buffer {
  return publicEncrypt({ key: transport.publicKey, ...nodeOaep(token.profile.transportAlgorithm) }, field);
}

/** The second half of openPin, for PIN objects that were made from a known field. */
export function wrapAndDestroy(token: Token, pinObject: Handle, generations: readonly number[]): R0s {
  const r0s = new R0s();
  try {
    for (const generation of generations) wrap(token, pinObject, generation, r0s.bufferFor(generation));
    return r0s;
  } catch (error) {
    r0s[Symbol.dispose]();
    throw error;
  } finally {
    destroy(token, pinObject);
  }
}

function wrap(token: Token, pinObject: Handle, generation: number, output: Buffer): void {
  const { session, keys, mechanisms } = token;
  const wrappingKey = keys.wrapping.get(generation);
  if (wrappingKey === undefined) throw new Error(`pin-wrapping-${generation} is not held`);
  const { length } = session.wrapKey(mechanisms.aesKeyWrap, wrappingKey.handle, pinObject, output);
  if (length !== R0_BYTES) throw new Error(`a wrapped PIN object is ${R0_BYTES} bytes long`);
}

/** If the module does not destroy it, its session is closed: session objects end with it (PKCS#11 3.1, 4.4). */
function destroy(token: Token, pinObject: Handle): void {
  try {
    token.session.destroyObject(pinObject);
  } catch {
    renewQuietly(token);
  }
}

/** The wrapped values are valid even if this fails; the next use of the session then reports its loss. */
function renewQuietly(token: Token): void {
  try {
    token.renewSession();
  } catch {
    // See above.
  }
}
