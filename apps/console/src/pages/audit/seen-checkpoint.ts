import { base64Bytes, toBase64 } from './proof/bytes.js';
import type { TreeHead } from './proof/prove-growth.js';
import { HASH_BYTES } from './proof/tree.js';

/** In this browser, for every tenant and person: all have one trail. Nothing in it is secret. */
const PLACE = 'pinward-seen-checkpoint';

/** The newest checkpoint that this browser has verified; null where there was none, or what is kept is none. */
export function seenCheckpoint(storage: Pick<Storage, 'getItem'> = localStorage): TreeHead | null {
  try {
    const kept: unknown = JSON.parse(storage.getItem(PLACE) ?? 'null');
    if (typeof kept !== 'object' || kept === null) return null;
    const { origin, size, root } = kept as Readonly<Record<string, unknown>>;
    const hash = typeof root === 'string' ? base64Bytes(root) : null;
    const isOne = typeof origin === 'string' && Number.isSafeInteger(size) && hash?.length === HASH_BYTES;
    return isOne ? { origin, size: Number(size), root: hash } : null;
  } catch {
    return null;
  }
}

/** Called with verified ones alone. An older one than that of another tab is passed over. */
export function keepCheckpoint(
  { origin, size, root }: TreeHead,
  storage: Pick<Storage, 'getItem' | 'setItem'> = localStorage,
): void {
  if ((seenCheckpoint(storage)?.size ?? -1) >= size) return;
  storage.setItem(PLACE, JSON.stringify({ origin, size, root: toBase64(root) }));
}

/** A person has decided that another trail begins here. */
export function forgetCheckpoint(storage: Pick<Storage, 'removeItem'> = localStorage): void {
  storage.removeItem(PLACE);
}
