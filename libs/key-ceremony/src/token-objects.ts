import { HsmMisconfigured, KEY_KINDS, keyLabel, type KeyKind } from '#libs/hsm';
import {
  CKO_PRIVATE_KEY,
  CKO_PUBLIC_KEY,
  CKO_SECRET_KEY,
  type CryptokiSession,
  type Handle,
  type KeyName,
  type VendorProfile,
  attributeFindings,
  ckrText,
  keySpec,
} from '#libs/hsm/pkcs11';
import { readFlag } from './key-attributes.js';

/** The objects under one label on a token. */
export interface TokenObjects {
  readonly label: string;
  /** The key of the label; null for a label that is none of ours. */
  readonly key: KeyName | null;
  /** Keys of this label, without public halves. */
  readonly count: number;
  /** Whether one of them is TRUSTED. */
  readonly trusted: boolean;
}

const LABEL = new RegExp(`^(${KEY_KINDS.join('|')})-([1-9]\\d{0,8})$`);

/** All objects with labels like ours, or TRUSTED, as this session sees them; in the order of kinds and generations. */
export function objectsOn(session: CryptokiSession): readonly TokenObjects[] {
  const byLabel = new Map<string, Handle[]>();
  for (const objectClass of [CKO_SECRET_KEY, CKO_PRIVATE_KEY, CKO_PUBLIC_KEY]) {
    for (const handle of session.find({ CKA_CLASS: objectClass, CKA_TOKEN: true })) {
      const label = session.attributeOrNull(handle, 'CKA_LABEL')?.toString('utf8') ?? '';
      const keys = byLabel.get(label) ?? [];
      byLabel.set(label, objectClass === CKO_PUBLIC_KEY ? keys : [...keys, handle]);
    }
  }
  const objects = [...byLabel].map(([label, handles]): TokenObjects => {
    const trusted = handles.some((handle) => readFlag(session, handle, 'CKA_TRUSTED') === true);
    return { label, key: keyNamed(label), count: handles.length, trusted };
  });
  return objects.filter(({ key, trusted }) => key !== null || trusted).toSorted(inOrder);
}

/** Null for a label that names no key. */
export function keyNamed(label: string): KeyName | null {
  const [, given, generation] = LABEL.exec(label) ?? [];
  const kind = KEY_KINDS.find((known) => known === given);
  return kind === undefined ? null : { kind, generation: Number(generation) };
}

function inOrder(one: TokenObjects, other: TokenObjects): number {
  const place = ({ key }: TokenObjects) => (key === null ? KEY_KINDS.length : KEY_KINDS.indexOf(key.kind));
  return place(one) - place(other) || (one.key?.generation ?? 0) - (other.key?.generation ?? 0);
}

/**
 * Destroys every object of this label: the key, and its public half if there is one.
 *
 * @returns null, or the token's refusal
 */
export function destroyObjects(session: CryptokiSession, { kind, generation }: KeyName): string | null {
  const label = keyLabel({ kind, generation });
  // The private half first: then the rest of an interrupted run is useless.
  for (const objectClass of [CKO_SECRET_KEY, CKO_PRIVATE_KEY, CKO_PUBLIC_KEY]) {
    for (const handle of session.find({ CKA_CLASS: objectClass, CKA_LABEL: label })) {
      try {
        session.destroyObject(handle);
      } catch (error) {
        return ckrText(error);
      }
    }
  }
  return null;
}

/**
 * A TRUSTED key may stay on the token only if it is as the key table says: made inside, never to leave.
 *
 * @throws HsmMisconfigured naming the attribute, or that there is not exactly one
 */
export function assertAsOurs(session: CryptokiSession, profile: VendorProfile, key: KeyName): void {
  const spec = keySpec(key.kind, profile);
  const label = keyLabel(key);
  const handles = session.find({ CKA_CLASS: spec.objectClass, CKA_LABEL: label });
  const [handle] = handles;
  if (handle === undefined || handles.length > 1)
    throw new HsmMisconfigured(`${label}: the token holds ${handles.length} of them, must be one`);
  const findings = attributeFindings(session, handle, { label, spec });
  if (findings.length > 0) throw new HsmMisconfigured(findings.join('\n'));
}

/** The highest generation of this kind among them; 0 if there is none. */
export function lastGeneration(objects: readonly Pick<TokenObjects, 'key'>[], kind: KeyKind): number {
  return Math.max(0, ...objects.flatMap(({ key }) => (key?.kind === kind ? [key.generation] : [])));
}
