import { TestIdentity } from '../test/rigs/test-identity.js';
import { makeTestToken } from '../test/rigs/token.js';
import { processorTimeMs } from './processor-time.js';
import { BenchStack, CARDS } from './stack.js';

/** Windows of each kind: other virtual machines disturb some of them, and a median ignores those. */
const WINDOWS = 10;
const RSA_BITS = 3072;

export interface SealingFigures {
  /** Processor time of service, HSM host and database for one validate request, ms; medians. */
  readonly sealedMs: number;
  readonly unsealedMs: number;
  /** The addition by sealing, as a part of the request. */
  readonly added: number;
  readonly sealedPerSecond: number;
  readonly unsealedPerSecond: number;
}

/**
 * What sealing the audit trail costs a validate request: two services, each with its own database, one sealing every
 * two seconds and one not at all, loaded in turns. Processor time is compared, since other work on this machine changes
 * it less than rates.
 *
 * @param seconds of each window
 */
export async function measureSealing(
  seconds: number,
  progress: (line: string) => void,
): Promise<SealingFigures> {
  const token = await makeTestToken({ rsaBits: RSA_BITS });
  using identity = await TestIdentity.make();
  try {
    progress('two databases, two services, and their cards');
    const start = async (interval: string) =>
      await BenchStack.start({ token, identity, environment: { AUDIT_SEAL_INTERVAL_MS: interval } });
    await using sealed = await start('2000');
    await using unsealed = await start('600000');
    progress('warming up');
    await sealed.warmUp();
    const { perSecond } = await unsealed.warmUp();
    const total = Math.ceil((perSecond * seconds) / CARDS) * CARDS;
    const windows: { readonly sealed: Window[]; readonly unsealed: Window[] } = { sealed: [], unsealed: [] };
    for (let round = 1; round <= WINDOWS; round += 1) {
      progress(`window ${round} of ${WINDOWS}, ${total} validate requests each`);
      windows.sealed.push(await measureWindow(sealed, total));
      windows.unsealed.push(await measureWindow(unsealed, total));
    }
    const [sealedMs, unsealedMs] = [windows.sealed, windows.unsealed].map((all) =>
      median(all.map(({ msPerRequest }) => msPerRequest)),
    ) as [number, number];
    return {
      sealedMs,
      unsealedMs,
      added: Number((sealedMs / unsealedMs - 1).toFixed(4)),
      sealedPerSecond: Math.round(median(windows.sealed.map((window) => window.perSecond))),
      unsealedPerSecond: Math.round(median(windows.unsealed.map((window) => window.perSecond))),
    };
  } finally {
    await token.remove();
  }
}

interface Window {
  readonly msPerRequest: number;
  readonly perSecond: number;
}

async function measureWindow(stack: BenchStack, total: number): Promise<Window> {
  const before = processorTimeMs(stack.pids);
  const { perSecond } = await stack.load(total);
  return { msPerRequest: (processorTimeMs(stack.pids) - before) / total, perSecond };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.slice(Math.floor((sorted.length - 1) / 2), Math.floor(sorted.length / 2) + 1);
  return middle.reduce((sum, value) => sum + value, 0) / middle.length;
}
