import { rsaPublicJwk, rsaPublicKey, ecPublicKey, type HeldEcKey } from './public-keys.js';
import type { KeyObject } from 'node:crypto';
import { HsmMisconfigured } from '../contract/faults.js';
import {
  isUsable,
  keyLabel,
  type EcSigningKind,
  type KeyKind,
  type MacKind,
  type RegisteredKey,
  type SealKind,
} from '../contract/keys.js';
import { jwkThumbprint, type RsaPublicJwk } from '../evaluation/thumbprint.js';
import { attributeFindings } from './attribute-findings.js';
import { objectOrNull, onlyObject } from './find-key.js';
import type { CryptokiSession, Handle } from './cryptoki.js';
import { keySpec, unfinishedSpec } from './key-table.js';
import { refuseTestKey } from './published-test-keys.js';
import type { VendorProfile } from './vendor-profiles.js';

const MIN_MODULUS_BITS = 2048;

export interface HeldRsaKey {
  readonly kid: string;
  readonly handle: Handle;
  readonly jwk: RsaPublicJwk;
  readonly publicKey: KeyObject;
}

/** A secret key of one generation; the maps below are by generation. */
export interface HeldSecretKey {
  readonly handle: Handle;
  readonly fingerprint: Buffer;
}

export interface HeldSealKey extends HeldSecretKey {
  /** As in RegisteredKey. */
  readonly fingerprintIv?: Buffer;
}

/** The generations of one kind, and the one that signs. */
interface HeldEcKeys {
  readonly held: ReadonlyMap<number, HeldEcKey>;
  readonly current: number;
}

/** The keys of one session, by purpose. */
export interface HeldKeys {
  readonly transport: ReadonlyMap<string, HeldRsaKey>;
  readonly wrapping: ReadonlyMap<number, HeldSecretKey>;
  readonly currentWrapping: number;
  readonly mac: Readonly<Record<MacKind, ReadonlyMap<number, HeldSecretKey>>>;
  readonly seal: Readonly<Record<SealKind, ReadonlyMap<number, HeldSealKey>>>;
  readonly tokenSigning: ReadonlyMap<number, HeldRsaKey>;
  readonly currentTokenSigning: number;
  readonly ecSigning: Readonly<Record<EcSigningKind, HeldEcKeys>>;
}

export interface PickUp {
  readonly keys: HeldKeys;
  /** Attributes that differ from the key table, each with its key. */
  readonly findings: readonly string[];
}

/**
 * Picks up every registered key that may be used, by label, and checks it: exactly one object of that label and class,
 * the attributes of the key table, the registered public part, and no other object that the module trusts. Wrapping
 * keys that are registered but not used are checked too, if the token holds them.
 *
 * @throws HsmMisconfigured for every fault except in an attribute; those are returned, since a test module may lack
 * some
 */
export function pickUpKeys(
  session: CryptokiSession,
  profile: VendorProfile,
  registered: readonly RegisteredKey[],
): PickUp {
  const findings: string[] = [];
  const usable = registered.filter(isUsable);
  const pickUp = (kind: KeyKind) =>
    usable
      .filter((key) => key.kind === kind)
      .map((key) => {
        const spec = keySpec(kind, profile);
        const handle = onlyObject(session, keyLabel(key), spec);
        findings.push(...attributeFindings(session, handle, { label: keyLabel(key), spec }));
        return { ...key, handle };
      });
  const secretKeys = (kind: KeyKind) => {
    currentGeneration(registered, kind);
    return new Map(pickUp(kind).map((key) => [key.generation, key]));
  };
  const wrapping = secretKeys('pin-wrapping');
  const mac = { lookup: secretKeys('lookup'), otp: secretKeys('otp') };
  const seal = { 'card-vault': secretKeys('card-vault'), secrets: secretKeys('secrets') };
  const transport = pickUp('pin-transport').map((key) => heldRsaKey(session, key));
  const tokenSigning = pickUp('token-signing').map(
    (key) => [key.generation, heldRsaKey(session, key)] as const,
  );
  const ecKeys = (kind: EcSigningKind): HeldEcKeys => ({
    current: currentGeneration(registered, kind),
    held: new Map(
      pickUp(kind).map((key) => [key.generation, { ...ecPublicKey(session, key), handle: key.handle }]),
    ),
  });
  const ecSigning = {
    'audit-signing': ecKeys('audit-signing'),
    'manifest-signing': ecKeys('manifest-signing'),
  };
  const unused = unusedWrapping(session, profile, registered);
  findings.push(...unused.findings);
  refuseUnlistedTrust(session, [...[...wrapping.values()].map(({ handle }) => handle), ...unused.handles]);
  currentGeneration(registered, 'pin-transport');
  const keys: HeldKeys = {
    transport: new Map(transport.map((key) => [key.kid, key])),
    wrapping,
    currentWrapping: currentGeneration(registered, 'pin-wrapping'),
    mac,
    seal,
    tokenSigning: new Map(tokenSigning),
    currentTokenSigning: currentGeneration(registered, 'token-signing'),
    ecSigning,
  };
  return { keys, findings };
}

function currentGeneration(registered: readonly RegisteredKey[], kind: KeyKind): number {
  const current = registered.filter((key) => key.kind === kind && key.state === 'current');
  const [key] = current;
  if (key !== undefined && current.length === 1) return key.generation;
  throw new HsmMisconfigured(`${kind}: ${current.length} registered generations are current, must be one`);
}

function heldRsaKey(session: CryptokiSession, key: RegisteredKey & { readonly handle: Handle }): HeldRsaKey {
  const kid = keyLabel(key);
  const jwk = rsaPublicJwk(session, key.handle);
  const bits = Buffer.from(jwk.n, 'base64url').length * 8;
  if (bits < MIN_MODULUS_BITS) {
    throw new HsmMisconfigured(`${kid} (CKA_MODULUS): ${bits} bits, must be ${MIN_MODULUS_BITS} or more`);
  }
  const thumbprint = jwkThumbprint(jwk);
  refuseTestKey(kid, thumbprint);
  if (!thumbprint.equals(key.fingerprint)) {
    throw new HsmMisconfigured(`${kid} (CKA_MODULUS): is not the key that was registered`);
  }
  return { kid, handle: key.handle, jwk, publicKey: rsaPublicKey(jwk) };
}

/**
 * Wrapping keys that are not used: retired ones, which may be gone, and announced ones, which may be unfinished. An
 * object under such a label may be TRUSTED, so it must match the key table too.
 */
function unusedWrapping(
  session: CryptokiSession,
  profile: VendorProfile,
  registered: readonly RegisteredKey[],
): { readonly handles: readonly Handle[]; readonly findings: readonly string[] } {
  const whole = keySpec('pin-wrapping', profile);
  const findings: string[] = [];
  const handles = registered
    .filter((key) => key.kind === 'pin-wrapping' && !isUsable(key))
    .flatMap((key) => {
      const label = keyLabel(key);
      const handle = objectOrNull(session, label, whole);
      if (handle === null) return [];
      const spec = key.state === 'announced' ? unfinishedSpec(whole) : whole;
      findings.push(...attributeFindings(session, handle, { label, spec }));
      return [handle];
    });
  return { handles, findings };
}

/** Every TRUSTED object may wrap PIN objects out, so each must be a registered wrapping key. */
function refuseUnlistedTrust(session: CryptokiSession, wrapping: readonly Handle[]): void {
  const listed = wrapping.map((handle) => handle.toString('hex'));
  for (const handle of session.find({ CKA_TRUSTED: true })) {
    if (listed.includes(handle.toString('hex'))) continue;
    const label = session.attribute(handle, 'CKA_LABEL').toString('utf8');
    throw new HsmMisconfigured(
      `${JSON.stringify(label)} (CKA_TRUSTED): a trusted object that is not registered`,
    );
  }
}
