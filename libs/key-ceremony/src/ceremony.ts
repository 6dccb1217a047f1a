import type { DataSource } from 'typeorm';
import { registerKeys, type Registrar } from '#libs/database';
import { keyLabel, type KeyKind, type RegisteredKey } from '#libs/hsm';
import type { CeremonyToken } from './ceremony-token.js';

/** What a ceremony works on and who holds it. */
export interface Ceremony {
  /** As the schema's owner: the service's role may not register keys. */
  readonly dataSource: DataSource;
  readonly token: CeremonyToken;
  readonly registrar: Registrar;
  /** Told of each step as it is done. */
  readonly told: (step: string) => void;
  /** Milliseconds; injected, so that tests need not wait. */
  readonly pause: (milliseconds: number) => Promise<void>;
}

/** A ceremony cannot go on; the message says what is to be done. */
export class CeremonyRefused extends Error {
  override readonly name = 'CeremonyRefused';
}

export interface NewKeyLengths {
  /** Modulus of pin-transport, bits. */
  readonly transportBits: number;
}

/** Access tokens live for minutes: RFC 7518, section 3.3, asks for 2048 bits or more. */
const TOKEN_SIGNING_BITS = 2048;

export function rsaBits(kind: KeyKind, { transportBits }: NewKeyLengths): number {
  return kind === 'pin-transport' ? transportBits : TOKEN_SIGNING_BITS;
}

/** Announces a key that will be TRUSTED: a stranger under that flag would stop the service. */
export async function announce(
  { dataSource, registrar }: Ceremony,
  key: Pick<RegisteredKey, 'kind' | 'generation'>,
) {
  if (key.kind !== 'pin-wrapping') return;
  const announced = { ...key, state: 'announced', fingerprint: Buffer.alloc(32), expiresAt: null } as const;
  await registerKeys(dataSource, [announced], registrar);
}

/** @throws CeremonyRefused that says who has to do what, while a wrapping key is not TRUSTED */
export function refuseUntrusted(
  token: CeremonyToken,
  keys: readonly Pick<RegisteredKey, 'kind' | 'generation'>[],
): void {
  const [key] = token.untrusted(keys, 'user');
  if (key !== undefined)
    throw new CeremonyRefused(`${keyLabel(key)} is not trusted yet: ${token.trustAdvice}`);
}
