import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PinwardClient, type ClientOptions, type Lines } from '#libs/client/backend';
import { answers, FaultServer } from './fault-server.js';
import { LIMITS, StillTime } from './still-time.js';

const { json, problem, cut } = answers;

const DONE = json(200, { state: 'completed', registered: 2 });
const CARDS = [{ cardRef: 'a' }, { cardRef: 'b' }];
const SENT = '{"cardRef":"a"}\n{"cardRef":"b"}\n';

let server: FaultServer;
let time: StillTime;
let client: PinwardClient;
beforeAll(async () => void (server = await FaultServer.open()));
afterAll(async () => await server[Symbol.asyncDispose]());
beforeEach(() => void (client = clientWith()));

function clientWith(options: Partial<ClientOptions> = {}): PinwardClient {
  time = new StillTime();
  server.received.length = 0;
  const credentials = { clientId: 'card-app', clientSecret: 'pwcs_a-secret' };
  return new PinwardClient({ baseUrl: server.baseUrl, credentials, timing: time, ...LIMITS, ...options });
}

/** Within the limit of time that StillTime does not let pass. */
const upload = (cards: Lines<{ cardRef: string } | string | Uint8Array>) =>
  client.importCards({ cards }, { requestId: 'mine', timeoutMs: LIMITS.timeoutMs });
const bodies = () => server.received.map(({ body }) => body);

async function* generated() {
  yield* CARDS;
}

describe('an upload', () => {
  it.each<[string, () => Lines<{ cardRef: string } | string | Uint8Array>]>([
    ['an array', () => CARDS],
    ['an async generator', generated],
    ['a function that makes one', () => generated],
    ['texts and bytes', () => ['{"cardRef":"a"}', new TextEncoder().encode('{"cardRef":"b"}')]],
  ])('sends %s as lines, under its request id', async (_, cards) => {
    server.will(DONE);
    expect(await upload(cards())).toEqual({ state: 'completed', registered: 2 });
    expect(server.received).toMatchObject([
      {
        url: '/v1/card-imports',
        headers: { 'x-request-id': 'mine', 'content-type': 'application/x-ndjson' },
        body: SENT,
      },
    ]);
  });

  it('is sent again from its beginning where that is possible', async () => {
    server.will(
      cut,
      problem(503, 'CARD_IMPORT_INTERRUPTED', 2),
      problem(429, 'OPERATION_RATE_LIMITED', 5),
      DONE,
    );
    await upload(() => generated());
    expect(bodies()).toEqual([SENT, SENT, SENT, SENT]);
    expect(time.waits).toEqual([0, 2_000, 5_000]);
    client = clientWith();
    server.will(cut, DONE);
    await upload(CARDS);
    expect(bodies()).toEqual([SENT, SENT]);
  });

  it('of a generator that was begun is not: half of it would pass for all of it', async () => {
    server.will(cut);
    await expect(upload(generated())).rejects.toMatchObject({ code: 'UNREACHABLE' });
    client = clientWith();
    server.will(problem(401, 'TOKEN_EXPIRED'));
    await expect(upload(generated())).rejects.toMatchObject({ code: 'TOKEN_EXPIRED' });
    expect(server.received).toHaveLength(1);
  });

  it('throws what its lines throw', async () => {
    const fault = new Error('the disk is gone');
    const broken = async function* () {
      yield* CARDS;
      throw fault;
    };
    await expect(upload(broken)).rejects.toBe(fault);
    for (const wrong of ['{"cardRef":\n"a"}', 1, null])
      await expect(upload([wrong as string])).rejects.toBeInstanceOf(TypeError);
    await expect(upload(undefined as unknown as string[])).rejects.toBeInstanceOf(TypeError);
  });
});
