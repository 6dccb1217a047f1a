import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { isUsable, lengthPrefixed, PinHsm, unavailableIfHsmFault } from '#libs/hsm';
import type { RequestClaim } from '#libs/requests';

const HASH_CHARACTERS = 32;

type Fingerprints = Pick<RequestClaim, 'otherFingerprints'> & { readonly fingerprint: Buffer };

/**
 * Recognises a repeated body by an HMAC, never by a bare hash: a body may hold card data, and a thief of the database
 * could try all of it. The HMAC's key is derived inside the HSM from its lookup key, once for each process and the
 * same for all of them, so that a fingerprint costs no round trip to the HSM (docs/adr/0008). While that key is being
 * rotated a body has one fingerprint for each generation.
 */
@Injectable()
export class RequestFingerprints {
  readonly #keys = new Map<number, Promise<KeyObject>>();

  constructor(private readonly hsm: PinHsm) {}

  /** @throws PinwardError HSM_UNAVAILABLE */
  async of(tenantId: string, body: Buffer): Promise<Fingerprints> {
    const generations = this.generations();
    const keys = await Promise.all(generations.map((generation) => this.key(generation)));
    const [fingerprint, ...otherFingerprints] = keys.map((key) =>
      createHmac('sha256', key)
        .update(lengthPrefixed('pinward:request:v1', tenantId, body))
        .digest(),
    );
    if (fingerprint === undefined) throw new Error('no lookup key is registered');
    return { fingerprint, otherFingerprints };
  }

  /**
   * Stands in for a request id that must not be stored. It is made for its client: whoever saw it in a log could
   * otherwise have any card number hashed under a request id, and compare.
   *
   * @returns "hashed-" and 128 bits in hexadecimal; another after the lookup key was rotated
   * @throws PinwardError HSM_UNAVAILABLE
   */
  async ofSecretId(
    client: { readonly tenantId: string; readonly clientId: string },
    id: string,
  ): Promise<string> {
    const [generation] = this.generations();
    if (generation === undefined) throw new Error('no lookup key is registered');
    const text = lengthPrefixed('pinward:request-id:v1', client.tenantId, client.clientId, id);
    const hash = createHmac('sha256', await this.key(generation))
      .update(text)
      .digest('hex');
    return `hashed-${hash.slice(0, HASH_CHARACTERS)}`;
  }

  /** The current one first. */
  private generations(): readonly number[] {
    const usable = this.hsm.registeredKeys().filter((key) => key.kind === 'lookup' && isUsable(key));
    const isCurrent = ({ state }: { readonly state: string }) => Number(state === 'current');
    return usable
      .toSorted((one, other) => isCurrent(other) - isCurrent(one))
      .map(({ generation }) => generation);
  }

  private async key(generation: number): Promise<KeyObject> {
    const known = this.#keys.get(generation) ?? this.derive(generation);
    this.#keys.set(generation, known);
    try {
      return await known;
    } catch (fault) {
      this.#keys.delete(generation);
      return unavailableIfHsmFault(fault);
    }
  }

  private async derive(generation: number): Promise<KeyObject> {
    const text = lengthPrefixed('pinward:request-fingerprint-key:v1');
    const { value } = await this.hsm.mac('lookup', text, generation);
    return createSecretKey(value);
  }
}
