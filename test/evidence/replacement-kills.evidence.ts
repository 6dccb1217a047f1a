import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { assertDurable } from '#libs/database';
import { isAlive } from '../rigs/host-pids.js';
import { PgProxy, type Trap } from '../rigs/pg-proxy.js';
import { startTestServer, type TestServer } from '../rigs/postgres.js';
import { randomPin } from '../support/random-pin.js';
import { scaled } from '../support/scale.js';
import type { ServiceProcess } from '../rigs/service-process.js';
import type { IssuedCard, PinAnswer, PreparedRequest } from './card-app.js';
import { SETTLE } from './service-crash.js';
import { ServiceRig } from './service-rig.js';
import { until } from '../support/until.js';

const KILLS = scaled({ ci: 12, full: 1_000 });
/** One-time passwords of a card are limited by the hour. */
const KILLS_A_CARD = 100;
/** As many exchanges with the database as a reset has; a change has fewer. */
const EXCHANGES = 26;
const MOMENTS = ['before it is sent', 'while it is on its way', 'after it was done'] as const;

/** When the process dies: at which exchange, counted from 1 among those with such a statement. */
interface Aim {
  readonly statement: RegExp;
  readonly exchange: number;
  readonly moment: (typeof MOMENTS)[number];
  /** The PIN this leaves in force, where it is known. */
  readonly leaves?: Kill['became'];
}

/**
 * The two sides of a change's settle, at which the PIN in force differs: among the kills whatever chance does. A reset
 * that had not committed is done by the repetition.
 */
const AROUND_THE_SETTLE: readonly Aim[] = [
  { statement: SETTLE, exchange: 1, moment: 'before it is sent', leaves: 'old' },
  { statement: SETTLE, exchange: 1, moment: 'after it was done', leaves: 'new' },
];

function aimOf(kill: number): Aim {
  const anywhere: Aim = {
    statement: /./,
    exchange: 1 + randomInt(EXCHANGES),
    moment: MOMENTS[randomInt(MOMENTS.length)] as Aim['moment'],
  };
  // Every fifth change each.
  return AROUND_THE_SETTLE.find((_, side) => kill % 10 === 2 * side) ?? anywhere;
}

interface Kill {
  readonly operation: 'change' | 'reset';
  readonly aim: Aim;
  /** False: it had answered before it came to the exchange. */
  readonly inTheMiddle: boolean;
  readonly became: 'new' | 'old';
  readonly status: number;
}

let server: TestServer;
let rig: ServiceRig;
let proxy: PgProxy;
let survivor: ServiceProcess;
const recorded: Kill[] = [];

beforeAll(async () => {
  server = await startTestServer({ durable: true });
  rig = await ServiceRig.open(server);
  await assertDurable(rig.owner);
  proxy = await PgProxy.start(rig.database.serviceUrl);
  survivor = await rig.start({ settings: { HSM_WORKERS: '1' } });
});
afterAll(async () => {
  await rig[Symbol.asyncDispose]();
  await proxy[Symbol.asyncDispose]();
  await server.dispose();
});

/** All that goes through the proxy is this process's; it delivers no codes. */
async function startVictim(): Promise<ServiceProcess> {
  return await rig.start({
    databaseUrl: proxy.url(rig.database.serviceUrl),
    settings: { HSM_WORKERS: '1', DEVELOPMENT_OUTBOX_FILE: undefined },
  });
}

/** Sends the request and kills the process (SIGKILL) as aimed; returns what it still answered. */
async function killAt(
  { statement, exchange, moment }: Aim,
  request: PreparedRequest,
  victim: ServiceProcess,
): Promise<{ readonly answer: PinAnswer | null; readonly inTheMiddle: boolean }> {
  const hosts = victim.hostPids();
  let seen = 0;
  const action = async () => {
    seen += 1;
    if (seen !== exchange) return 'forward' as const;
    await victim.kill();
    return moment === 'while it is on its way' ? ('forward' as const) : ('cut' as const);
  };
  const trap: Trap =
    moment === 'after it was done'
      ? proxy.afterServerReply(statement, action)
      : proxy.beforeForward(statement, action);
  const answer = await rig.app.send(victim, request).catch(() => null);
  await victim.kill();
  trap.remove();
  await until('the end of the HSM host', () => !hosts.some(isAlive));
  return { answer, inTheMiddle: seen >= exchange };
}

/** The same bytes under the same id until the answer is final. */
async function finalAnswer(card: IssuedCard, request: PreparedRequest): Promise<PinAnswer> {
  for (;;) {
    const answer = await rig.app.send(survivor, request);
    if (answer.retryAfter === null) return answer;
    await rig.passDeadline(card);
  }
}

it(
  `leaves exactly one PIN in force, over ${KILLS} kills in the middle of changes and resets`,
  async () => {
    let victim = await startVictim();
    let card = await rig.app.cardWithPin(survivor, randomPin());
    let pin = '';
    for (let kill = 0; kill < KILLS; kill += 1) {
      if (kill % KILLS_A_CARD === 0) {
        pin = randomPin();
        card = await rig.app.cardWithPin(survivor, pin);
      }
      const offered = randomPin();
      const operation = kill % 2 === 0 ? 'change' : 'reset';
      const otp = await rig.app.otp(survivor, card, `pin-${operation}`);
      const request = await (operation === 'change'
        ? rig.app.change(card, pin, offered, otp)
        : rig.app.reset(card, offered, otp));
      const aim = aimOf(kill);
      const { answer, inTheMiddle } = await killAt(aim, request, victim);
      const restarting = startVictim();
      restarting.catch(() => undefined);

      const final = await finalAnswer(card, request);
      // What the dying process still said stands.
      if (answer !== null && answer.retryAfter === null) {
        expect(final).toMatchObject({ status: answer.status, body: answer.body });
      }
      const works = async (tried: string) => {
        const validated = await rig.app.validate(survivor, card, tried);
        // With what had happened, should it be another answer.
        expect({ ...validated, operation, aim, inTheMiddle, final }).toMatchObject({ status: 200 });
        return validated.body.verified === true;
      };
      const [oldWorks, newWorks] = [await works(pin), await works(offered)];
      expect([oldWorks, newWorks].filter(Boolean)).toHaveLength(1);
      if (final.status === 200) expect(newWorks).toBe(true);
      else expect(final.body).toMatchObject({ code: 'EVALUATION_ABANDONED' });
      // One wrong PIN was among the two: the right one refills the tries.
      if (newWorks) pin = offered;
      expect(await works(pin)).toBe(true);
      const became = newWorks ? 'new' : 'old';
      if (aim.leaves !== undefined) {
        expect({ operation, aim, inTheMiddle, became }).toMatchObject({
          inTheMiddle: true,
          became: aim.leaves,
        });
      }
      recorded.push({ operation, aim, inTheMiddle, became, status: final.status });
      victim = await restarting;
    }
    await victim[Symbol.asyncDispose]();

    const count = (matches: (kill: Kill) => boolean) => recorded.filter(matches).length;
    console.info(
      JSON.stringify({
        kills: recorded.length,
        changes: count(({ operation }) => operation === 'change'),
        resets: count(({ operation }) => operation === 'reset'),
        inTheMiddle: count(({ inTheMiddle }) => inTheMiddle),
        newPin: count(({ became }) => became === 'new'),
        abandoned: count(({ status }) => status === 409),
      }),
    );
    // Otherwise they came too late to prove anything.
    expect(count(({ inTheMiddle }) => inTheMiddle)).toBeGreaterThan(KILLS / 2);
  },
  45 * 60_000,
);
