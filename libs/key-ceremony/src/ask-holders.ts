import type { Ceremony } from './ceremony.js';
import { readKeyHolders, type KeyHolder } from '#libs/keys';

const POLL_MS = 500;
/** Processes read the registered keys every few seconds. */
const FOLLOWED_WITHIN_MS = 120_000;

/** Asks again and again what the running processes hold. @returns whether the answer came within two minutes */
export async function askHolders(
  { dataSource, pause }: Pick<Ceremony, 'dataSource' | 'pause'>,
  isSo: (holders: readonly KeyHolder[]) => boolean,
): Promise<boolean> {
  for (let waited = 0; ; waited += POLL_MS) {
    if (isSo(await readKeyHolders(dataSource))) return true;
    if (waited >= FOLLOWED_WITHIN_MS) return false;
    await pause(POLL_MS);
  }
}
