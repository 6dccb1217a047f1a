import { Injectable, Controller, Get, Header } from '@nestjs/common';
import { z } from 'zod';
import { HsmUnavailable, PinHsm, signedJws, unavailableIfHsmFault, type EcSigningKey } from '#libs/hsm';
import { rsaPublicKey, time } from '../edge/requests/schema-parts.js';
import { Operation, RequireScope, Zone } from '../edge/routes/declarations.js';

/** JWS type (RFC 7515, section 4.1.9): no other text that an HSM key signs can pass for a key set. */
const TYPE = 'pinward-pin-keys+jws';
/** How long an app may use a set: a day, as long as a replaced transport key is accepted. */
const LIFETIME_SECONDS = 86_400;
/** A younger signature is sent again. */
const SIGNED_AGAIN_SECONDS = 300;

interface SignedSet {
  /** The signed keys, and the key that signed. */
  readonly of: string;
  readonly signed: string;
  readonly signedAt: number;
}

/** The published keys, signed inside the HSM by the manifest key, whose thumbprint apps pin. */
@Injectable()
export class SignedPinKeys {
  private last: SignedSet | null = null;
  private signing: Promise<SignedSet> | null = null;

  constructor(private readonly hsm: PinHsm) {}

  /** @throws PinwardError HSM_UNAVAILABLE while nothing can be signed and no earlier set is valid */
  async current() {
    const keys = this.hsm.transportKeys().map(({ kid, alg, n, e, current, expiresAt }) => {
      return { kty: 'RSA', kid, alg, use: 'enc', n, e, current, expiresAt: expiresAt?.toISOString() ?? null };
    });
    return { keys, signed: await this.signed(keys).catch(unavailableIfHsmFault) };
  }

  private async signed(keys: readonly object[]): Promise<string> {
    const key = this.manifestKey();
    const of = JSON.stringify([key.kid, keys]);
    const known = this.last?.of === of ? this.last : null;
    const age = known === null ? Infinity : secondsNow() - known.signedAt;
    if (known !== null && age < SIGNED_AGAIN_SECONDS) return known.signed;
    this.signing ??= this.sign({ key, keys, of }).finally(() => (this.signing = null));
    try {
      const fresh = await this.signing;
      this.last = fresh;
      // A caller with another set, in the middle of a rotation, signs that one.
      return fresh.of === of ? fresh.signed : (await this.sign({ key, keys, of })).signed;
    } catch (fault) {
      if (known !== null && age < LIFETIME_SECONDS / 2) return known.signed;
      throw fault;
    }
  }

  private async sign({
    key,
    keys,
    of,
  }: {
    readonly key: EcSigningKey;
    readonly keys: readonly object[];
    readonly of: string;
  }): Promise<SignedSet> {
    const { kid, x, y } = key;
    const jwk = { kty: 'EC', crv: 'P-256', x, y };
    const signedAt = secondsNow();
    const payload = { keys, iat: signedAt, exp: signedAt + LIFETIME_SECONDS };
    const signed = await signedJws(this.hsm, 'manifest-signing', { typ: TYPE, kid, jwk, payload });
    if (signed === null) throw new HsmUnavailable('the manifest key has just been rotated');
    return { of, signed, signedAt };
  }

  private manifestKey(): EcSigningKey {
    const current = this.hsm.signingKeys('manifest-signing').find((key) => key.current);
    if (current === undefined) throw new HsmUnavailable('no manifest key is current');
    return current;
  }
}

function secondsNow(): number {
  return Math.floor(Date.now() / 1_000);
}

const pinKey = z
  .object({
    ...rsaPublicKey,
    alg: z.enum(['RSA-OAEP', 'RSA-OAEP-256']),
    use: z.literal('enc'),
    current: z.boolean().describe('Encrypt with this one'),
    expiresAt: time.nullable(),
  })
  .meta({ id: 'PinKey' });
const pinKeysAnswer = z
  .object({
    signed: z.string().describe('Compact JWS over the same keys, by the manifest key that apps pin'),
    keys: z.array(pinKey),
  })
  .meta({ id: 'PinKeys' });

/** The keys that encrypt PINs, as JWKs (RFC 7517), and the same set signed by the HSM. */
@Zone('card-apps')
@Controller('v1/pin-keys')
export class PinKeysController {
  constructor(private readonly keys: SignedPinKeys) {}

  @Operation('Keys to encrypt PINs with', { 200: pinKeysAnswer }, { problems: ['HSM_UNAVAILABLE'] })
  @Get()
  @RequireScope('pin:set', 'pin:validate', 'pin:change', 'pin:reset')
  @Header('Cache-Control', 'max-age=300')
  async list() {
    return await this.keys.current();
  }
}
