import { inspect } from 'node:util';
import type { Mac } from './attestation.js';

/**
 * What PostgreSQL stores of a PIN: HMAC-SHA256 keyed with R0 (docs/pin-envelope.md). It is not the "reference PIN" of
 * ISO 9564. Although it is useless without the HSM, it redacts itself to stay out of every log.
 */
export class PinVerifier {
  /**
   * @param generation generation of the pin-wrapping key whose R0 keyed the HMAC, 1 or more
   * @param salt 16 random bytes, new for every set and change
   * @param value 32 bytes
   * @param mac the HSM host's word for its place on the card; null where it was read from the database
   */
  constructor(
    readonly generation: number,
    readonly salt: Buffer,
    readonly value: Buffer,
    readonly mac: Mac | null = null,
  ) {}

  toString(): string {
    return '[PinVerifier redacted]';
  }

  toJSON(): string {
    return this.toString();
  }

  [inspect.custom](): string {
    return this.toString();
  }
}
