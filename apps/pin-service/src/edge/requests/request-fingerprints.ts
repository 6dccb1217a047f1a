import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { isUsable, lengthPrefixed, PinHsm, unavailableIfHsmFault } from '#libs/hsm';
import type { RequestClaim } from '#libs/requests';

const HASH_CHARACTERS = 32;

type Fingerprints = Pick<RequestClaim, 'otherFingerprints'> & { readonly fingerprint: Buffer };

/**
 * Keys for one purpose, derived inside the HSM from each generation of its lookup key that may be used: once for each
 * process, and the same for all of them.
 */
export class DerivedKeys {
  readonly #keys = new Map<number, Promise<KeyObject>>();

  constructor(
    private readonly hsm: PinHsm,
    /** Makes the keys differ from those for everything else. */
    private readonly purpose: string,
  ) {}

  /** That of the current generation first. @throws PinwardError HSM_UNAVAILABLE */
  async all(): Promise<readonly KeyObject[]> {
    return await Promise.all(this.generations().map((generation) => this.key(generation)));
  }

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
    const { value } = await this.hsm.mac('lookup', lengthPrefixed(this.purpose), generation);
    return createSecretKey(value);
  }
}

/**
 * Recognises a repeated body by an HMAC, never by a bare hash: a body may hold card data, and a thief of the database
 * could try all possible values. The HMAC's key is derived inside the HSM from its lookup key, once for each process
 * and the same for all of them, so a fingerprint costs no call to the HSM (docs/adr/0008). While that key is rotated, a
 * body has one fingerprint for each generation.
 */
@Injectable()
export class RequestFingerprints {
  readonly #keys: DerivedKeys;

  constructor(hsm: PinHsm) {
    this.#keys = new DerivedKeys(hsm, 'pinward:request-fingerprint-key:v1');
  }

  /** @throws PinwardError HSM_UNAVAILABLE */
  async of(tenantId: string, body: Buffer): Promise<Fingerprints> {
    const keys = await this.#keys.all();
    const [fingerprint, ...otherFingerprints] = keys.map((key) =>
      createHmac('sha256', key)
        .update(lengthPrefixed('pinward:request:v1', tenantId, body))
        .digest(),
    );
    if (fingerprint === undefined) throw new Error('no lookup key is registered');
    return { fingerprint, otherFingerprints };
  }

  /**
   * Replaces a request id that must not be stored. It depends on the client: otherwise a reader of a log could send any
   * card number as a request id, and compare the hashes.
   *
   * @returns "hashed-" and 128 bits in hexadecimal; another after the lookup key was rotated
   * @throws PinwardError HSM_UNAVAILABLE
   */
  async ofSecretId(
    client: { readonly tenantId: string; readonly clientId: string },
    id: string,
  ): Promise<string> {
    const [key] = await this.#keys.all();
    if (key === undefined) throw new Error('no lookup key is registered');
    const text = lengthPrefixed('pinward:request-id:v1', client.tenantId, client.clientId, id);
    const hash = createHmac('sha256', key).update(text).digest('hex');
    return `hashed-${hash.slice(0, HASH_CHARACTERS)}`;
  }
}
