import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ServiceKit } from '../service/service-kit.js';
import { NO_RATE_LIMITS } from '../support/no-rate-limits.js';
import { callsOf, type Calls } from './called-functions.js';
import { InspectedProcess } from './inspector-client.js';

const PIN = '4938';
const WRONG = '4939';
/** Right and wrong PINs in turns. */
const VALIDATES = 40;
/** A function of the walk runs for each right PIN, for each wrong one or for both; the timer may miss some. */
const OF_THE_WALK = VALIDATES * 0.4;
/**
 * Work in the background, more or less often in the same time: the event of a wrong PIN is relayed, on a slow machine
 * each in a transaction of its own, each line of the trail is sealed and counted for alarms, the replica compares its policy.
 */
const BACKGROUND = [
  'apps/pin-service/src/webhooks/lane-work.ts',
  'libs/database/src/transactions.ts',
  'libs/webhooks/src/delivery-jobs.ts',
  'libs/webhooks/src/delivery-lane.ts',
  'libs/webhooks/src/slots.ts',
  'libs/webhooks/src/relay-events.ts',
  'libs/audit/src/persistence/audit-tree.ts',
  'libs/audit/src/tree/hashes.ts',
  'libs/policy/src/policy.ts',
  'libs/database/src/session/strict-times.ts',
  'libs/alarms/src/kinds.ts',
  'libs/alarms/src/rule.ts',
  'libs/alarms/src/watched.ts',
  'libs/otp/src/persistence/deliver.ts',
];

/**
 * The source files whose functions run because of a validate, from the connection to the token and back. V8 counts the
 * calls in the service, in its HSM host and in the host's workers, during validates and during the same time without.
 */
export async function walkedFiles(): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'pinward-walk-'));
  try {
    await using kit = await ServiceKit.open({
      ...NO_RATE_LIMITS,
      HSM_WORKERS: '1',
      // Once more in a loaded machine's time, each asks for many keys.
      HSM_KEY_REFRESH_MS: '60000',
      NODE_OPTIONS: `--import=${fileURLToPath(new URL('inspected.mjs', import.meta.url))}`,
      WALK_FOLDER: folder,
    });
    const calls = await measure(kit, await addressesIn(folder));
    const files = new Set([...calls.keys()].map((name) => name.slice(0, name.indexOf('#'))));
    return [...files].filter((file) => !BACKGROUND.includes(file)).toSorted();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function addressesIn(folder: string): Promise<readonly string[]> {
  const files = await readdir(folder);
  if (files.length !== 2) throw new Error(`not a service and its HSM host: ${files.join(' ')}`);
  return await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
}

async function measure(kit: ServiceKit, addresses: readonly string[]): Promise<Calls> {
  const token = await kit.issuedToken(['pin:validate']);
  const card = await kit.cardWithPin(PIN);
  const processes = await Promise.all(addresses.map((url) => InspectedProcess.open(url)));
  const take = async () => callsOf((await Promise.all(processes.map((process) => process.take()))).flat());
  const validate = async (count: number) => {
    for (let index = 0; index < count; index += 1) {
      // A connection for each.
      const options = { token, headers: { connection: 'close' } };
      const { body } = await kit.validate(card, index % 2 === 0 ? PIN : WRONG, options);
      if ((body as { verified?: boolean }).verified !== (index % 2 === 0)) throw new Error('not a verdict');
    }
  };
  try {
    await validate(4);
    await take();
    const start = performance.now();
    await validate(VALIDATES);
    const took = performance.now() - start;
    const busy = await take();
    await pause(took);
    const idle = await take();
    return new Map([...busy].filter(([name, count]) => count - (idle.get(name) ?? 0) >= OF_THE_WALK));
  } finally {
    for (const process of processes) process[Symbol.dispose]();
  }
}
