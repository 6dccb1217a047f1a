import { HsmMisconfigured } from '../contract/faults.js';
import type { CryptokiSession, Handle } from './cryptoki.js';
import type { KeySpec } from './key-table.js';

/**
 * The object of this label and class. A second one may have been planted; then neither is trusted.
 *
 * @returns null if there is none
 * @throws HsmMisconfigured if there are several
 */
export function objectOrNull(
  session: CryptokiSession,
  label: string,
  { objectClass }: Pick<KeySpec, 'objectClass'>,
): Handle | null {
  const found = session.find({ CKA_CLASS: objectClass, CKA_LABEL: label });
  if (found.length > 1)
    throw new HsmMisconfigured(`${label} (CKA_LABEL): is ${found.length} objects, must be one`);
  return found[0] ?? null;
}

/** @throws HsmMisconfigured unless there is exactly one */
export function onlyObject(
  session: CryptokiSession,
  label: string,
  spec: Pick<KeySpec, 'objectClass'>,
): Handle {
  const handle = objectOrNull(session, label, spec);
  if (handle !== null) return handle;
  throw new HsmMisconfigured(`${label} (CKA_LABEL): is registered but not on the token`);
}
