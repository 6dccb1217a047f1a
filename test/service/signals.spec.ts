import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FEW_WEAK_PINS } from '../support/few-weak-pins.js';
import { NO_RATE_LIMITS } from '../support/no-rate-limits.js';
import { randomPin } from '../support/random-pin.js';
import { ServiceProcess } from '../rigs/service-process.js';
import { ServiceKit } from './service-kit.js';

const PROBES_EVERY_MS = 20;
const CLIENTS = 8;

let kit: ServiceKit;
beforeAll(async () => {
  kit = await ServiceKit.open(FEW_WEAK_PINS);
});
afterAll(async () => await kit[Symbol.asyncDispose]());

const replica = (environment: Readonly<Record<string, string>> = {}) =>
  ServiceProcess.start({
    identity: kit.identity,
    databaseUrl: kit.database.serviceUrl,
    token: kit.token,
    environment,
  });

/** Whether this process never sees the signal: signal(7), numbers count from 1. */
function blocks(pid: number, signal: number): boolean {
  const blocked = /^SigBlk:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0';
  return (BigInt(`0x${blocked}`) & (1n << BigInt(signal - 1))) !== 0n;
}
const SIGUSR1 = 10;

describe('signals', () => {
  it('open no debugger, in the service nor in the HSM host', async () => {
    const pids = [kit.service.pid, ...kit.service.hostPids()];
    expect(pids.length).toBeGreaterThan(1);
    for (const pid of pids) {
      expect(blocks(pid, SIGUSR1)).toBe(true);
      process.kill(pid, 'SIGUSR1');
    }
    const pin = randomPin();
    const card = await kit.cardWithPin(pin);
    expect(await kit.validate(card, pin)).toMatchObject({ status: 200, body: { verified: true } });
    expect(kit.service.output).not.toContain('Debugger');
    expect([kit.service.pid, ...kit.service.hostPids()]).toEqual(pids);
  });

  it('SIGHUP reloads and ends nothing, in the HSM host neither', async () => {
    const pids = [kit.service.pid, ...kit.service.hostPids()];
    for (const pid of pids) process.kill(pid, 'SIGHUP');
    await expect.poll(() => kit.service.output).toContain('are read anew');
    const { status } = await kit.service.request('GET', '/health/ready');
    expect(status).toBe(200);
    expect([kit.service.pid, ...kit.service.hostPids()]).toEqual(pids);
  });
});

/** What a balancer knows: replicas, and which of them said that they are ready when they were last asked. */
class Balancer {
  readonly #replicas = new Map<ServiceProcess, boolean>();
  #turn = 0;
  #stopped = false;
  readonly #probing = this.probe();

  add(service: ServiceProcess): void {
    this.#replicas.set(service, true);
  }

  remove(service: ServiceProcess): void {
    this.#replicas.delete(service);
  }

  isReady(service: ServiceProcess): boolean {
    return this.#replicas.get(service) === true;
  }

  next(): ServiceProcess {
    const ready = [...this.#replicas].filter(([, is]) => is).map(([service]) => service);
    const service = ready[(this.#turn += 1) % ready.length];
    if (service === undefined) throw new Error('no replica is ready');
    return service;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#probing;
  }

  private async probe(): Promise<void> {
    while (!this.#stopped) {
      for (const service of this.#replicas.keys()) {
        const status = await service.request('GET', '/health/ready').then(
          (answer) => answer.status,
          () => 0,
        );
        if (this.#replicas.has(service)) this.#replicas.set(service, status === 200);
      }
      await delay(PROBES_EVERY_MS);
    }
  }
}

describe('a rolling restart', () => {
  it(
    'loses no request of clients that keep connections and never repeat one',
    { timeout: 240_000 },
    async () => {
      // Many probes long, whatever else this machine does.
      const lingering = { ...NO_RATE_LIMITS, SHUTDOWN_LINGER_MS: '2000' };
      const { cardId } = await kit.cardWithPin(randomPin());
      let replicas = [await replica(lingering), await replica(lingering)];
      const balancer = new Balancer();
      for (const service of replicas) balancer.add(service);
      const lost: unknown[] = [];
      let answered = 0;
      const done = new AbortController();
      const clients = Array.from({ length: CLIENTS }, async () => {
        while (!done.signal.aborted) {
          const service = balancer.next();
          await service.request('GET', `/v1/cards/${cardId}`, { token: kit.cardApp }).then(
            ({ status }) => (status === 200 ? (answered += 1) : lost.push(status)),
            (fault: unknown) => lost.push(fault),
          );
        }
      });
      for (const old of replicas) {
        const fresh = await replica(lingering);
        balancer.add(fresh);
        replicas = [...replicas, fresh];
        const stopped = old.stop();
        await expect.poll(() => balancer.isReady(old)).toBe(false);
        const before = answered;
        await expect.poll(() => answered).toBeGreaterThan(before + CLIENTS);
        expect(await stopped).toEqual({ code: 0, signal: null });
        balancer.remove(old);
      }
      done.abort();
      await Promise.all(clients);
      await balancer.stop();
      for (const service of replicas) await service[Symbol.asyncDispose]();
      expect(lost).toEqual([]);
      expect(answered).toBeGreaterThan(200);
    },
  );
});
