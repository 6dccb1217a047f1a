import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { mkdtempSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CheckpointFile, verifyCards, verifyTrail } from '#libs/audit';
import { randomPin } from '../support/random-pin.js';
import { scaled } from '../support/scale.js';
import type { ServiceProcess } from '../rigs/service-process.js';
import type { IssuedCard } from './card-app.js';
import { ServiceRig } from './service-rig.js';
import { until } from '../support/until.js';

const OPERATIONS = scaled({ ci: 3_000, full: 1_000_000 });
/** Services killed in the middle of it, evenly. */
const KILLS = scaled({ ci: 4, full: 40 });
const CONCURRENCY = 32;
/** One guess in so many is wrong; the next is right again, so no card is ever locked. */
const WRONG_ONE_IN = 10;
const ORIGIN = 'evidence.example/pinward';
const TWENTY_MINUTES = 20 * 60_000;

/** By the envelope's prefix. */
const sent = new Map<string, string>();
const OPENED = /"function":"C_UnwrapKey".*"ciphertext":"([0-9a-f]+)"/;

interface OwnCard {
  readonly card: IssuedCard;
  readonly pin: string;
}

let rig: ServiceRig;
let folder: string;
beforeAll(async () => {
  rig = await ServiceRig.open();
  folder = mkdtempSync(join(tmpdir(), 'pinward-audited-'));
});
afterAll(async () => {
  await rig[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

async function start(): Promise<ServiceProcess> {
  return await rig.start({
    settings: {
      // Whatever a kill leaves in flight ends soon.
      PIN_EVALUATION_WINDOW_MS: '3000',
      PIN_MAX_FAILURES_WITHOUT_SUCCESS: '1000',
      LOG_LEVEL: 'warn',
      AUDIT_ORIGIN: ORIGIN,
      AUDIT_CHECKPOINT_FILE: join(folder, 'checkpoint'),
    },
  });
}

/**
 * One card's requests, one after the other, until none are left. A process killed in the middle answers nothing; what
 * became of it the trail must tell.
 */
async function operate(
  own: OwnCard,
  service: () => ServiceProcess,
  next: () => number | null,
): Promise<void> {
  let wrongBefore = false;
  for (let place = next(); place !== null; place = next()) {
    const wrong: boolean = !wrongBefore && place % WRONG_ONE_IN === 0;
    const request = await rig.app.validation(own.card, wrong ? wrongPin(own.pin) : own.pin);
    sent.set(request.envelopes[0].prefix, request.requestId);
    const answer = await rig.app.send(service(), request).catch(() => null);
    wrongBefore = wrong || (wrongBefore && answer?.status !== 200);
    if (answer !== null && answer.status !== 409) continue;
    // The replica that takes its place is on its way, and the card in flight until its deadline: to ask meanwhile is no operation.
    await until('a service', () => isUp(service()));
    await until('the deadline', async () => !(await isWaitedFor(own.card)));
  }
}

/** Whether an evaluation may still end by itself: the next one closes one that is overdue. */
async function isWaitedFor({ cardId }: IssuedCard): Promise<boolean> {
  const rows = await rig.owner.query<unknown[]>(
    'SELECT FROM cards WHERE card_id = $1 AND evaluation_id IS NOT NULL AND evaluation_deadline > clock_timestamp()',
    [cardId],
  );
  return rows.length > 0;
}

const wrongPin = (pin: string) => `${(Number(pin[0]) + 1) % 10}${pin.slice(1)}`;

async function isUp(service: ServiceProcess): Promise<boolean> {
  return await service.request('GET', '/health/live').then(
    () => true,
    () => false,
  );
}

/** Which of these requests' envelopes the real module was asked to open, over all processes; each once. */
async function openedByShim(): Promise<ReadonlySet<string>> {
  const opened = new Set<string>();
  for (const log of rig.shimLogs) {
    for await (const line of createInterface({ input: createReadStream(log) })) {
      const prefix = OPENED.exec(line)?.[1];
      const requestId = prefix === undefined ? undefined : sent.get(prefix);
      // The start-up checks open envelopes of their own.
      if (requestId === undefined) continue;
      expect(opened.has(requestId)).toBe(false);
      opened.add(requestId);
    }
  }
  return opened;
}

/** What the trail says of each request: how its evaluation ended. */
async function audited(): Promise<ReadonlyMap<string, string>> {
  const ends = new Map<string, string>();
  for (let after = '0'; ;) {
    const rows = await rig.owner.query<{ id: string; request: string; result: string }[]>(
      `SELECT audit_id::text AS id, request_id AS request, result FROM audit_events
        WHERE audit_id > $1 AND action = 'pin.validate' AND phase = 'outcome' ORDER BY audit_id LIMIT 20000`,
      [after],
    );
    for (const { request, result } of rows) {
      expect(ends.has(request)).toBe(false);
      ends.set(request, result);
    }
    const last = rows.at(-1);
    if (last === undefined) return ends;
    after = last.id;
  }
}

it(
  `over ${OPERATIONS} operations and ${KILLS} kills the trail tells every evaluation, and none that was not`,
  { timeout: 6 * TWENTY_MINUTES },
  async () => {
    let service = await start();
    const cards = await Promise.all(
      Array.from({ length: CONCURRENCY }, async (): Promise<OwnCard> => {
        const pin = randomPin();
        return { card: await rig.app.cardWithPin(service, pin), pin };
      }),
    );
    let begun = 0;
    const next = () => (begun < OPERATIONS ? (begun += 1) : null);
    const all = Promise.all(cards.map((own) => operate(own, () => service, next)));
    for (let kill = 1; kill <= KILLS; kill += 1) {
      await until('the next kill', () => begun >= (kill * OPERATIONS) / (KILLS + 1), TWENTY_MINUTES);
      const victim = service;
      const successor = start();
      process.kill(victim.pid, 'SIGKILL');
      await victim.exited;
      service = await successor;
      console.log(`killed ${kill} of ${KILLS} after ${begun} operations`);
    }
    await all;
    await until('the end of what was in flight', async () => {
      const flying = await rig.owner.query<unknown[]>('SELECT FROM cards WHERE evaluation_id IS NOT NULL');
      return flying.length === 0;
    });
    await service.stop();

    const [opened, ends] = [await openedByShim(), await audited()];
    const of = (...results: string[]) =>
      [...ends].filter(([, result]) => results.includes(result)).map(([id]) => id);
    const [settled, abandoned, givenBack] = [of('matched', 'not-matched'), of('abandoned'), of('given-back')];
    const [{ intents } = { intents: -1 }] = await rig.owner.query<{ intents: number }[]>(
      "SELECT count(*)::int AS intents FROM audit_events WHERE action = 'pin.validate' AND phase = 'intent'",
    );
    const openedAbandoned = abandoned.filter((id) => opened.has(id)).length;
    console.log(
      `audited: ${intents} spends, ${settled.length} verdicts, ${abandoned.length} abandoned (${openedAbandoned} of them opened), ` +
        `${givenBack.length} given back; the shim: ${opened.size} opened`,
    );
    // Every spend has its one end. What got a verdict was opened, once; what was opened got one, or died with its service.
    expect(settled.length + abandoned.length + givenBack.length).toBe(intents);
    expect(ends.size).toBe(intents);
    expect(settled.filter((id) => !opened.has(id))).toEqual([]);
    expect(givenBack.filter((id) => opened.has(id))).toEqual([]);
    expect(opened.size).toBe(settled.length + openedAbandoned);
    expect(abandoned.length).toBeLessThanOrEqual(KILLS * CONCURRENCY);
    expect(settled.length).toBeGreaterThan(OPERATIONS * 0.9);

    const checkpoint = new CheckpointFile(join(folder, 'checkpoint'));
    // Whole tables are read.
    const auditor = await rig.database.open({ url: rig.database.ownerUrl, statementTimeoutMs: 0 });
    const report = await verifyTrail(auditor, {
      origin: ORIGIN,
      keys: await checkpoint.keys(),
      keptNote: await checkpoint.read(),
    });
    expect(report.findings).toEqual([]);
    expect(report.size).toBeGreaterThan(2 * settled.length);
    expect((await verifyCards(auditor)).findings).toEqual([]);
  },
);
