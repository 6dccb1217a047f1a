import type { DataSource } from 'typeorm';
import { registerKeys, type Registrar } from '#libs/database';
import { keyLabel, type KeyKind, type RegisteredKey } from '#libs/hsm';
import type { CeremonyToken } from './ceremony-token.js';
import type { TokenRole } from './token-roles.js';

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

function rsaBits(kind: KeyKind, { transportBits }: NewKeyLengths): number {
  return kind === 'pin-transport' ? transportBits : TOKEN_SIGNING_BITS;
}

/** Announces a key that will be TRUSTED: a stranger under that flag would stop the service. */
async function announce(
  { dataSource, registrar }: Ceremony,
  key: Pick<RegisteredKey, 'kind' | 'generation'>,
) {
  if (key.kind !== 'pin-wrapping') return;
  const announced = { ...key, state: 'announced', fingerprint: Buffer.alloc(32), expiresAt: null } as const;
  await registerKeys(dataSource, [announced], registrar);
}

/**
 * Each role's part in the making of these keys, in whatever run; what an earlier run has made is used.
 *
 * @returns labels of those that were made now
 */
export async function makeMissing(
  ceremony: Ceremony,
  keys: readonly Pick<RegisteredKey, 'kind' | 'generation'>[],
  { roles, ...lengths }: NewKeyLengths & { readonly roles: readonly TokenRole[] },
): Promise<readonly string[]> {
  const { token, told } = ceremony;
  const made: string[] = [];
  for (const role of roles) {
    const own = keys.filter(({ kind }) => token.makerOf(kind) === role);
    if (own.length === 0) continue;
    const present = new Set(token.present(own, role).map(keyLabel));
    for (const key of own.filter((candidate) => !present.has(keyLabel(candidate)))) {
      await announce(ceremony, key);
      token.make(key, rsaBits(key.kind, lengths));
      made.push(keyLabel(key));
      told(`made ${keyLabel(key)}`);
    }
  }
  if (roles.includes('officer')) token.markTrusted(keys);
  return made;
}

/**
 * Wrapping keys are TRUSTED, and closed to every change, before they are registered.
 *
 * @throws CeremonyRefused that says who has to do what, while one is not
 */
export function settleTrust(
  token: CeremonyToken,
  keys: readonly Pick<RegisteredKey, 'kind' | 'generation'>[],
): void {
  const [key] = token.untrusted(keys);
  if (key !== undefined)
    throw new CeremonyRefused(`${keyLabel(key)} is not trusted yet: ${token.trustAdvice}`);
  token.closeMarked(keys);
}
