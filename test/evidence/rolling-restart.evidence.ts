import { Agent } from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FEW_WEAK_PINS } from '../support/few-weak-pins.js';
import { findHaproxy, Haproxy, type ReplicaPorts } from '../rigs/haproxy.js';
import { freePort } from '../rigs/ports.js';
import { NO_RATE_LIMITS } from '../support/no-rate-limits.js';
import { randomPin } from '../support/random-pin.js';
import { scaled } from '../support/scale.js';
import { sendRequest, type ServiceRequest } from '../rigs/service-request.js';
import { ServiceProcess } from '../rigs/service-process.js';
import { ServiceKit, type KnownCard } from '../service/service-kit.js';

const REQUESTS = scaled({ ci: 1_000, full: 10_000 });
/** How often each of the two replicas is restarted meanwhile. */
const ROUNDS = scaled({ ci: 1, full: 4 });
const CLIENTS = 12;
const VALIDATE_EVERY = 10;
/** As in production by default. */
const LINGER_MS = '5000';
const PIN = randomPin();

const haproxy = findHaproxy();
let kit: ServiceKit;
let token: string;
beforeAll(async () => {
  kit = await ServiceKit.open(FEW_WEAK_PINS);
  const scopes = ['cards:read', 'pin:validate'];
  token = await kit.identity.tokenFor({ scopes, clientId: 'card-app', lifetime: 3_600 });
});
afterAll(async () => await kit[Symbol.asyncDispose]());

/** Always at the same addresses, as a balancer knows them. */
const replica = async ({ port, probe }: ReplicaPorts) =>
  await ServiceProcess.start({
    identity: kit.identity,
    databaseUrl: kit.database.serviceUrl,
    token: kit.token,
    environment: {
      ...NO_RATE_LIMITS,
      SHUTDOWN_LINGER_MS: LINGER_MS,
      PORT: String(port),
      INTERNAL_PORT: String(probe),
    },
  });

/** Calls by way of the balancer on one kept-alive connection, one after the other, each once. */
class Client {
  readonly #agent: Agent;
  readonly lost: string[] = [];
  readonly unforeseen: unknown[] = [];
  answered = 0;
  validated = 0;

  constructor(
    private readonly url: string,
    private readonly card: KnownCard,
  ) {
    this.#agent = new Agent({ keepAlive: true, maxSockets: 1, ca: kit.identity.certificate });
  }

  async run(until: () => boolean): Promise<void> {
    for (let call = 1; !until(); call += 1) await this.call(call % VALIDATE_EVERY === 0);
    this.#agent.destroy();
  }

  private async call(validates: boolean): Promise<void> {
    const path = `/v1/cards/${this.card.cardId}`;
    const request = validates ? { body: { encryptedPin: await kit.encrypt(PIN, this.card) } } : {};
    const [method, route] = validates ? ['POST', `${path}/pin/validate`] : ['GET', path];
    await this.send(method, route, request).then(
      ({ status, body }) => {
        const { verified, code } = body as { verified?: boolean; code?: string };
        if (status !== 200) this.lost.push(`${method}: ${status} ${code}`);
        else if (validates && verified !== true) this.unforeseen.push(body);
        this.answered += 1;
        if (validates) this.validated += 1;
      },
      (fault: unknown) => this.lost.push(`${method}: ${String(fault)}`),
    );
  }

  private async send(method: string, route: string, request: ServiceRequest) {
    const target = { method, url: new URL(route, this.url), agent: this.#agent };
    return await sendRequest(target, { token, ...request });
  }
}

describe.skipIf(haproxy === null)('a rolling restart behind HAProxy', () => {
  it(`loses none of ${REQUESTS} requests of clients that never repeat one`, async () => {
    const ports: ReplicaPorts[] = [];
    for (let n = 0; n < 2; n += 1) ports.push({ port: await freePort(), probe: await freePort() });
    const [a, b] = ports as [ReplicaPorts, ReplicaPorts];
    const services = await Promise.all(ports.map(replica));
    await using balancer = await Haproxy.start(haproxy ?? '', a, b);
    const cards: KnownCard[] = [];
    while (cards.length < CLIENTS) cards.push(await kit.cardWithPin(PIN));

    const clients = cards.map((card) => new Client(balancer.url, card));
    const total = () => clients.reduce((sum, { answered }) => sum + answered, 0);
    let restarted = false;
    const running = clients.map((client) => client.run(() => restarted && total() >= REQUESTS));
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [index, where] of ports.entries()) {
        await moreThan(total, CLIENTS);
        expect(await services[index]?.stop()).toEqual({ code: 0, signal: null });
        const fresh = await replica(where);
        services[index] = fresh;
        await untilServedBy(fresh, balancer, cards[0]?.cardId ?? '');
      }
    }
    restarted = true;
    await Promise.all(running);
    for (const service of services) await service[Symbol.asyncDispose]();

    const said = services.map(({ output }) => output).join('\n');
    expect(
      clients.flatMap(({ lost }) => lost),
      said.slice(-4_000),
    ).toEqual([]);
    expect(clients.flatMap(({ unforeseen }) => unforeseen)).toEqual([]);
    expect(total()).toBeGreaterThanOrEqual(REQUESTS);
    console.log(
      `${total()} requests, ${clients.reduce((sum, { validated }) => sum + validated, 0)} of them validates, ` +
        `${2 * ROUNDS} restarts, 0 lost`,
    );
  });
});

async function moreThan(total: () => number, calls: number): Promise<void> {
  const before = total();
  await expect.poll(total).toBeGreaterThan(before + calls);
}

/** New connections reach it: the balancer has seen that it is ready. Before that, the other one is not restarted. */
async function untilServedBy(fresh: ServiceProcess, balancer: Haproxy, cardId: string): Promise<void> {
  const served = async () => {
    const agent = new Agent({ keepAlive: false, ca: kit.identity.certificate });
    const url = new URL(`/v1/cards/${cardId}`, balancer.url);
    await sendRequest({ method: 'GET', url, agent }, { token });
    const { body } = await fresh.request('GET', `${fresh.urlOf('internal')}/metrics`);
    return /^pinward_http_request_duration_seconds_count\{[^}]*cardId[^}]*\} [1-9]/m.test(String(body));
  };
  await expect.poll(served).toBe(true);
}
