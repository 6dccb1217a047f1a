import { parseVerifierKey, type VerifierKey } from './proof/verifier-key.js';

/** In this browser, for every tenant and person: whose keys the trail is verified with. */
const PLACE = 'pinward-verifier-keys';

interface TrustedKeys {
  readonly keys: readonly VerifierKey[];
  /** They were pasted here by a person; otherwise the service itself has named them. */
  readonly pinned: boolean;
}

/**
 * The keys that are believed: those that a person has pasted into this browser, and only without any those that the
 * service names. What the service calls its keys proves nothing against who has taken over the service.
 *
 * @param named verifier keys as the service names them; what is none is passed over
 */
export async function trustedKeys(
  named: readonly string[],
  storage: Pick<Storage, 'getItem'> = localStorage,
): Promise<TrustedKeys> {
  const kept = pinnedKeys(storage);
  const read = await Promise.all(
    (kept.length > 0 ? kept : named).map((text) => parseVerifierKey(text).catch(() => null)),
  );
  return { keys: read.filter((key) => key !== null), pinned: kept.length > 0 };
}

/** As they were pasted. */
export function pinnedKeys(storage: Pick<Storage, 'getItem'> = localStorage): string[] {
  return linesOfKeys(storage.getItem(PLACE) ?? '');
}

/** Keeps what a person has pasted, one key a line; nothing lets them go. @throws Error, with words for the person */
export async function pinKeys(
  text: string,
  storage: Pick<Storage, 'setItem' | 'removeItem'> = localStorage,
): Promise<void> {
  const keys = linesOfKeys(text);
  await Promise.all(keys.map(parseVerifierKey));
  if (keys.length === 0) storage.removeItem(PLACE);
  else storage.setItem(PLACE, keys.join('\n'));
}

function linesOfKeys(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
