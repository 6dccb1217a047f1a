import type { VerdictMac } from '../contract/attestation.js';
import type { Mac } from '../contract/pin-hsm.js';
import { PinVerifier } from '../contract/pin-verifier.js';
import type { MacFields, VerdictMacFields, VerifierFields } from './messages.js';

/**
 * Structured clone between threads and processes turns Buffers into Uint8Arrays; the binding and the contract take
 * Buffers only. The memory is shared, not copied.
 */
export function asBuffer(view: Uint8Array): Buffer {
  return Buffer.from(view.buffer, view.byteOffset, view.byteLength);
}

export function macOf({ generation, value }: MacFields): Mac {
  return { generation, value: asBuffer(value) };
}

export function verdictMacOf(fields: VerdictMacFields): VerdictMac;
export function verdictMacOf(fields: VerdictMacFields | null): VerdictMac | null;
export function verdictMacOf(fields: VerdictMacFields | null): VerdictMac | null {
  return fields === null ? null : { ...macOf(fields), compared: asBuffer(fields.compared) };
}

export function verifierOf({ generation, salt, value, mac }: VerifierFields): PinVerifier {
  return new PinVerifier(generation, asBuffer(salt), asBuffer(value), mac === null ? null : macOf(mac));
}
