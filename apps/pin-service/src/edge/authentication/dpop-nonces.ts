import { createHmac, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { lengthPrefixed, PinHsm } from '#libs/hsm';
import { DerivedKeys } from '../requests/request-fingerprints.js';

/** Of one nonce: it is accepted in its window and in the next one. */
const WINDOW_MS = 300_000;
const NUMBER_BYTES = 6;
const MAC_BYTES = 16;

/**
 * Nonces of DPoP proofs (RFC 9449, section 8): the number of a window of five minutes with its HMAC, so that no replica
 * keeps any, and each accepts those of the others. The key is derived inside the HSM, once for each process and the same
 * for all of them, as that of request fingerprints is (docs/adr/0008); while the HSM's key is rotated, nonces under
 * either generation are accepted.
 */
@Injectable()
export class DpopNonces {
  readonly #keys: DerivedKeys;

  constructor(
    hsm: PinHsm,
    private readonly now: () => number = () => Date.now(),
  ) {
    this.#keys = new DerivedKeys(hsm, 'pinward:dpop-nonce-key:v1');
  }

  /** @throws PinwardError HSM_UNAVAILABLE */
  async current(): Promise<string> {
    const [nonce] = await this.noncesOf(this.window);
    if (nonce === undefined) throw new Error('no lookup key is registered');
    return nonce.toString('base64url');
  }

  /** One window ahead is that of a replica whose clock is. @throws PinwardError HSM_UNAVAILABLE */
  async accepts(nonce: string): Promise<boolean> {
    const given = Buffer.from(nonce, 'base64url');
    if (given.length !== NUMBER_BYTES + MAC_BYTES || given.toString('base64url') !== nonce) return false;
    const number = given.readUIntBE(0, NUMBER_BYTES);
    if (Math.abs(number - this.window) > 1) return false;
    return (await this.noncesOf(number)).some((known) => timingSafeEqual(known, given));
  }

  private get window(): number {
    return Math.floor(this.now() / WINDOW_MS);
  }

  /** Under each generation of the key, the current one first. */
  private async noncesOf(window: number): Promise<readonly Buffer[]> {
    const number = Buffer.alloc(NUMBER_BYTES);
    number.writeUIntBE(window, 0, NUMBER_BYTES);
    const keys = await this.#keys.all();
    return keys.map((key) => {
      const mac = createHmac('sha256', key).update(lengthPrefixed('pinward:dpop-nonce:v1', number)).digest();
      return Buffer.concat([number, mac.subarray(0, MAC_BYTES)]);
    });
  }
}
