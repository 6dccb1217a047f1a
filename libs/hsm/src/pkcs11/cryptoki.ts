import pkcs11js from 'pkcs11js';
import type { Handle, Mechanism } from 'pkcs11js';
import { ckrClass, isAlreadyInitialized, isAlreadyLoggedIn } from './ckr.js';
import { ATTRIBUTE_TYPES, CKF_OS_LOCKING_OK, CKF_RW_SESSION, CKF_SERIAL_SESSION } from './constants.js';
import type { AttributeName } from './constants.js';
import { readModuleInfo, readTokenInfo, type ModuleInfo, type TokenInfo } from './info.js';
import { template, type AttributeValues, type Template } from './template.js';

export type { Handle, Mechanism } from 'pkcs11js';

const FIND_BATCH = 32;

/** A loaded PKCS#11 module. Every call is synchronous: the binding's asynchronous key calls leak memory. */
export class Cryptoki {
  readonly #library = new pkcs11js.PKCS11();

  /** Maps the module into the process, without calling any of its functions. */
  constructor(path: string) {
    this.#library.load(path);
  }

  /**
   * C_Initialize; it is fine if another thread has initialised the module already.
   *
   * @param libraryParameters the only way to tell NSS where its database is
   */
  initialize(libraryParameters?: string): void {
    const parameters = libraryParameters === undefined ? {} : { libraryParameters };
    try {
      this.#library.C_Initialize({ flags: CKF_OS_LOCKING_OK, ...parameters });
    } catch (error) {
      if (!isAlreadyInitialized(error)) throw error;
    }
  }

  finalize(): void {
    this.#library.C_Finalize();
  }

  moduleInfo(): ModuleInfo {
    return readModuleInfo(this.#library.C_GetInfo());
  }

  slots(): readonly Handle[] {
    return this.#library.C_GetSlotList(true);
  }

  tokenInfo(slot: Handle): TokenInfo {
    return readTokenInfo(this.#library.C_GetTokenInfo(slot));
  }

  slotFlags(slot: Handle): number {
    return this.#library.C_GetSlotInfo(slot).flags;
  }

  /** Numbers of the mechanisms that the token offers. */
  mechanisms(slot: Handle): readonly number[] {
    return this.#library.C_GetMechanismList(slot);
  }

  /** For RSA the lengths are bits. @throws when the token does not offer the mechanism */
  keySizes(slot: Handle, mechanism: number): { readonly least: number; readonly most: number } {
    const { minKeySize, maxKeySize } = this.#library.C_GetMechanismInfo(slot, mechanism);
    return { least: minKeySize, most: maxKeySize };
  }

  /** The functions for which the token offers it, as CKF_ bits; 0 if none. @throws when session or device are gone */
  mechanismFlags(slot: Handle, mechanism: number): number {
    const flags = answerOrNull(
      () => this.#library.C_GetMechanismInfo(slot, mechanism).flags,
      () => this.#library.C_GetTokenInfo(slot),
    );
    return flags ?? 0;
  }

  /** Slots whose token has this label. */
  slotsWithToken(label: string): readonly Handle[] {
    return this.slots().filter((slot) => this.tokenInfo(slot).label === label);
  }

  openSession(slot: Handle, access: 'read-only' | 'read-write'): CryptokiSession {
    const flags = CKF_SERIAL_SESSION | (access === 'read-write' ? CKF_RW_SESSION : 0);
    return new CryptokiSession(this.#library, this.#library.C_OpenSession(slot, flags));
  }

  /** C_InitToken; the label is blank-padded to 32 characters as the standard asks (PKCS#11 3.1, section 5.5.7). */
  initToken(slot: Handle, officerPin: string, label: string): void {
    this.#library.C_InitToken(slot, officerPin, label.padEnd(32));
  }
}

export interface KeyPair {
  readonly publicKey: Handle;
  readonly privateKey: Handle;
}

/** One session. Objects that it makes end with it. */
export class CryptokiSession {
  readonly #library: pkcs11js.PKCS11;
  readonly #handle: Handle;

  constructor(library: pkcs11js.PKCS11, handle: Handle) {
    this.#library = library;
    this.#handle = handle;
  }

  close(): void {
    this.#library.C_CloseSession(this.#handle);
  }

  /** C_Login for the whole process; already logged in is fine. Never more than one attempt: tokens lock. */
  login(userType: number, pin: string): void {
    try {
      this.#library.C_Login(this.#handle, userType, pin);
    } catch (error) {
      if (!isAlreadyLoggedIn(error)) throw error;
    }
  }

  logout(): void {
    this.#library.C_Logout(this.#handle);
  }

  initUserPin(pin: string): void {
    this.#library.C_InitPIN(this.#handle, pin);
  }

  find(attributes: AttributeValues): readonly Handle[] {
    this.#library.C_FindObjectsInit(this.#handle, template(attributes));
    try {
      const found: Handle[] = [];
      for (;;) {
        const batch = this.#library.C_FindObjects(this.#handle, FIND_BATCH);
        found.push(...batch);
        if (batch.length < FIND_BATCH) return found;
      }
    } finally {
      this.#library.C_FindObjectsFinal(this.#handle);
    }
  }

  /** Several at once. @throws when one of them is sensitive or unknown to the module */
  attributes(object: Handle, names: readonly AttributeName[]): readonly Buffer[] {
    const asked = names.map((name) => ({ type: ATTRIBUTE_TYPES[name] }));
    return this.#library.C_GetAttributeValue(this.#handle, object, asked).map(({ value }, index) => {
      if (!Buffer.isBuffer(value)) throw new Error(`${names[index]} came back empty`);
      return value;
    });
  }

  /** One attribute's bytes. @throws when it is sensitive or unknown to the module */
  attribute(object: Handle, name: AttributeName): Buffer {
    const [value] = this.attributes(object, [name]);
    if (value === undefined) throw new Error(`${name} came back empty`);
    return value;
  }

  /**
   * The same; null if the module refuses. @throws when session or device are gone, which says nothing about the
   * attribute
   */
  attributeOrNull(object: Handle, name: AttributeName): Buffer | null {
    return answerOrNull(
      () => this.attribute(object, name),
      () => this.#library.C_GetSessionInfo(this.#handle),
    );
  }

  setAttributes(object: Handle, attributes: AttributeValues): void {
    this.#library.C_SetAttributeValue(this.#handle, object, template(attributes));
  }

  copyObject(object: Handle, changed: AttributeValues): Handle {
    return this.#library.C_CopyObject(this.#handle, object, template(changed));
  }

  createObject(attributes: Template): Handle {
    return this.#library.C_CreateObject(this.#handle, attributes);
  }

  destroyObject(object: Handle): void {
    this.#library.C_DestroyObject(this.#handle, object);
  }

  unwrapKey(mechanism: Mechanism, unwrappingKey: Handle, wrapped: Buffer, attributes: Template): Handle {
    return this.#library.C_UnwrapKey(this.#handle, mechanism, unwrappingKey, wrapped, attributes);
  }

  /** @returns the part of `output` that was filled */
  wrapKey(mechanism: Mechanism, wrappingKey: Handle, key: Handle, output: Buffer): Buffer {
    return this.#library.C_WrapKey(this.#handle, mechanism, wrappingKey, key, output);
  }

  sign(mechanism: Mechanism, key: Handle, input: Buffer, output: Buffer): Buffer {
    this.#library.C_SignInit(this.#handle, mechanism, key);
    return this.#library.C_Sign(this.#handle, input, output);
  }

  signRecover(mechanism: Mechanism, key: Handle, input: Buffer, output: Buffer): Buffer {
    this.#library.C_SignRecoverInit(this.#handle, mechanism, key);
    return this.#library.C_SignRecover(this.#handle, input, output);
  }

  deriveKey(mechanism: Mechanism, baseKey: Handle, attributes: Template): Handle {
    return this.#library.C_DeriveKey(this.#handle, mechanism, baseKey, attributes);
  }

  /** @returns at most as many bytes as `output` has; for GCM the ciphertext with its tag */
  encrypt(mechanism: Mechanism, key: Handle, input: Buffer, output: Buffer): Buffer {
    this.#library.C_EncryptInit(this.#handle, mechanism, key);
    return this.#library.C_Encrypt(this.#handle, input, output);
  }

  decrypt(mechanism: Mechanism, key: Handle, input: Buffer, output: Buffer): Buffer {
    this.#library.C_DecryptInit(this.#handle, mechanism, key);
    return this.#library.C_Decrypt(this.#handle, input, output);
  }

  /** Bytes from the module's generator. */
  random(length: number): Buffer {
    return this.#library.C_GenerateRandom(this.#handle, Buffer.alloc(length));
  }

  /** C_DigestKey; its success is a finding (see the start-up checks). */
  digestKey(mechanism: Mechanism, key: Handle): void {
    this.#library.C_DigestInit(this.#handle, mechanism);
    this.#library.C_DigestKey(this.#handle, key);
  }

  generateKey(mechanism: Mechanism, attributes: Template): Handle {
    return this.#library.C_GenerateKey(this.#handle, mechanism, attributes);
  }

  generateKeyPair(mechanism: Mechanism, publicKey: Template, privateKey: Template): KeyPair {
    return this.#library.C_GenerateKeyPair(this.#handle, mechanism, publicKey, privateKey);
  }
}

const ASKED_AT_MOST = 3;

/**
 * The module's answer, or null if it refuses. A lost session or device is no refusal: the module did not answer. But
 * p11-kit's remote reports a device error for each request that it cannot pass on, and answers all others. Then the
 * error is its refusal.
 *
 * @param another question, which a module that is still there answers
 */
function answerOrNull<Answer>(
  question: () => Answer,
  another: () => unknown,
  left = ASKED_AT_MOST - 1,
): Answer | null {
  try {
    return question();
  } catch (error) {
    const trouble = ckrClass(error);
    if (trouble === 'other') return null;
    if (trouble !== 'device') throw error;
    another();
    return left === 0 ? null : answerOrNull(question, another, left - 1);
  }
}
