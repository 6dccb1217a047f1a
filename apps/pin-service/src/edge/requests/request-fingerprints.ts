import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { lengthPrefixed, PinHsm, unavailableIfHsmFault } from '#libs/hsm';

/**
 * Recognises a repeated body by an HMAC, never by a bare hash: a body may hold card data, and a thief of the database
 * could try all of it. The HMAC's key is derived inside the HSM from its lookup key, once for each process and the
 * same for all of them, so that a fingerprint costs no round trip to the HSM (docs/adr/0008).
 */
@Injectable()
export class RequestFingerprints {
  #key: Promise<KeyObject> | null = null;

  constructor(private readonly hsm: PinHsm) {}

  /** @returns 32 bytes. @throws PinwardError HSM_UNAVAILABLE */
  async of(tenantId: string, body: Buffer): Promise<Buffer> {
    const key = await this.key();
    return createHmac('sha256', key)
      .update(lengthPrefixed('pinward:request:v1', tenantId, body))
      .digest();
  }

  private async key(): Promise<KeyObject> {
    this.#key ??= this.hsm
      .mac('lookup', lengthPrefixed('pinward:request-fingerprint-key:v1'))
      .then(({ value }) => createSecretKey(value));
    try {
      return await this.#key;
    } catch (fault) {
      this.#key = null;
      return unavailableIfHsmFault(fault);
    }
  }
}
