import { keyLabel, type KeyKind, type RegisteredKey } from '#libs/hsm';
import { registerKeys } from '#libs/keys';
import { CeremonyRefused, type Ceremony, type NewKey, type NewKeyLengths } from './ceremony.js';
import type { CeremonyToken } from './ceremony-token.js';
import { nextGeneration, refuseStrangers } from './strangers.js';
import type { TokenRole } from './token-roles.js';

/** Access tokens live for minutes: RFC 7518, section 3.3, requires 2048 bits or more. */
const TOKEN_SIGNING_BITS = 2048;

function rsaBits(kind: KeyKind, { transportBits }: NewKeyLengths): number {
  return kind === 'pin-transport' ? transportBits : TOKEN_SIGNING_BITS;
}

/** Announces a key that will be TRUSTED: an unknown key with that flag would stop the service. */
async function announce({ dataSource, registrar }: Ceremony, key: NewKey) {
  const announced = { ...key, state: 'announced', fingerprint: Buffer.alloc(32), expiresAt: null } as const;
  await registerKeys(dataSource, [announced], registrar);
}

/** The keys that a ceremony has made. */
export interface KeysMade {
  /** Labels of those made in this run. */
  readonly made: readonly string[];
  /** With their fingerprints, not registered yet; null while the user's part is still to be done. */
  readonly keys: readonly RegisteredKey[] | null;
}

/**
 * Makes the next key of each of these kinds; each role does its part, in the same run or another. Only an announced
 * wrapping key is taken up again. Any other key under such a label may have been used before the database was restored.
 * So every other key is a new one, with a number that neither database nor token knows. A key that cannot be
 * fingerprinted is destroyed.
 *
 * @param registered the other keys as the new ones will find them: a lost one is retired there
 * @throws CeremonyRefused, HsmMisconfigured
 */
export async function makeNewKeys(
  ceremony: Ceremony,
  kinds: readonly KeyKind[],
  {
    roles,
    registered,
    ...lengths
  }: NewKeyLengths & { readonly roles: readonly TokenRole[]; readonly registered: readonly RegisteredKey[] },
): Promise<KeysMade> {
  const { token } = ceremony;
  refuseStrangers(ceremony, registered, kinds, roles);
  // 1. The wrapping key, which takes two roles, and stays announced until both have done their parts.
  const wrapping = kinds
    .filter((kind) => kind === 'pin-wrapping')
    .map((kind) => nextWrapping(ceremony, registered, { kind, roles }));
  const made = [...(await makeWrapping(ceremony, wrapping, roles))];
  if (!roles.includes('user')) return { made, keys: null };
  settleTrust(token, wrapping);
  // 2. All others.
  const others = kinds.filter((kind) => kind !== 'pin-wrapping');
  const fresh: NewKey[] = [];
  try {
    for (const kind of others) {
      const key = { kind, generation: nextGeneration(token, registered, { kind, roles }) };
      fresh.push(key);
      token.make(key, rsaBits(kind, lengths));
      made.push(keyLabel(key));
      ceremony.told(`made ${keyLabel(key)}`);
    }
    // 3. Fingerprints, made in the same way as the service will check them.
    const keys = token.fingerprints(registered, [...wrapping, ...fresh]);
    return { made, keys };
  } catch (failure) {
    for (const key of fresh) takeBack(ceremony, key);
    throw failure;
  }
}

/** The announced generation, or the next. */
function nextWrapping(
  { token }: Ceremony,
  registered: readonly RegisteredKey[],
  { kind, roles }: { readonly kind: KeyKind; readonly roles: readonly TokenRole[] },
): NewKey {
  const announced = registered.find((key) => key.kind === kind && key.state === 'announced');
  return { kind, generation: announced?.generation ?? nextGeneration(token, registered, { kind, roles }) };
}

async function makeWrapping(
  ceremony: Ceremony,
  keys: readonly NewKey[],
  roles: readonly TokenRole[],
): Promise<readonly string[]> {
  const { token, told } = ceremony;
  const made: string[] = [];
  for (const role of roles) {
    const own = keys.filter(({ kind }) => token.makerOf(kind) === role);
    if (own.length === 0) continue;
    const present = new Set(token.present(own, role).map(keyLabel));
    for (const key of own.filter((candidate) => !present.has(keyLabel(candidate)))) {
      await announce(ceremony, key);
      token.make(key, 0);
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
 * @throws CeremonyRefused that says who must do what, while one is not
 */
function settleTrust(token: CeremonyToken, keys: readonly NewKey[]): void {
  if (keys.length === 0) return;
  const [key] = token.untrusted(keys);
  if (key !== undefined)
    throw new CeremonyRefused(`${keyLabel(key)} is not trusted yet: ${token.trustAdvice}`);
  token.closeMarked(keys);
}

/** Leaves no orphan after a failed try. */
export function takeBack({ token, told }: Ceremony, key: NewKey): void {
  const label = keyLabel(key);
  try {
    const refusal = token.destroy(key);
    told(
      refusal === null
        ? `removed ${label} again`
        : `${label} stays on the token (${refusal}): pinctl keys orphans`,
    );
  } catch (fault) {
    // The first failure is the one that is thrown.
    told(
      `${label} may stay on the token (${fault instanceof Error ? fault.message : 'unknown'}): pinctl keys orphans`,
    );
  }
}
