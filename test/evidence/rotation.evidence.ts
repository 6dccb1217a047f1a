import { join } from 'node:path';
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KEY_KINDS, TokenPin, type KeyKind } from '#libs/hsm';
import { readRegisteredKeys } from '#libs/keys';
import { KeysKit, SECRETS } from '../pinctl/keys-kit.js';
import { NO_RATE_LIMITS } from '../support/no-rate-limits.js';
import { scaled } from '../support/scale.js';
import { ServiceProcess, TestIdentity } from '../rigs/service-process.js';
import { RotationLoad, type LoadClient } from './rotation/rotation-load.js';

/** How often each kind is rotated. */
const ROUNDS = scaled({ ci: 1, full: 5 });
const CALLERS = scaled({ ci: 2, full: 4 });
/** What they do; each more than a few times. */
const DEEDS = ['validate', 'change', 'reveal', 'cards', 'repeat', 'token'];
const RSA = ['--transport-bits', '2048'];

let kit: KeysKit;
let identity: TestIdentity;
let services: ServiceProcess[];
let load: RotationLoad;
const manifestPins: string[] = [];
let records = 0;

beforeAll(async () => {
  kit = await KeysKit.open();
  await pinctl('keys', 'init', '--yes', ...RSA, ...record());
  await learnPins();
  writeFileSync(kit.file('weak-pins'), '1234\n');
  identity = await TestIdentity.make();
  services = [await startService(), await startService()];
  load = new RotationLoad({ services, identity, client: await newClient(), manifestPins });
});
afterAll(async () => {
  await load.stop();
  await Promise.all(services.map((service) => service[Symbol.asyncDispose]()));
  await kit[Symbol.asyncDispose]();
  identity[Symbol.dispose]();
});

async function pinctl(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await kit.run(args);
  if (code !== 0) throw new Error(`pinctl ${args.join(' ')}: ${stdout}${stderr}`);
  return stdout;
}

function record(): readonly string[] {
  records += 1;
  return ['--record', kit.file(`record-${records}`)];
}

/** The next manifest key is given to the apps before it is used. */
async function learnPins(): Promise<void> {
  for (const { kind, fingerprint } of await readRegisteredKeys(kit.owner)) {
    const pin = fingerprint.toString('base64url');
    if (kind === 'manifest-signing' && !manifestPins.includes(pin)) manifestPins.push(pin);
  }
}

async function startService(): Promise<ServiceProcess> {
  const {
    PKCS11_MODULE: module = '',
    PKCS11_TOKEN_LABEL: tokenLabel = '',
    PATH,
    SOFTHSM2_CONF,
  } = kit.environment;
  const token = {
    module,
    tokenLabel,
    tokenPin: new TokenPin(SECRETS.userPin),
    environment: { PATH, SOFTHSM2_CONF },
  };
  return await ServiceProcess.start({
    identity,
    token,
    databaseUrl: kit.database.serviceUrl,
    environment: {
      ...NO_RATE_LIMITS,
      HSM_WORKERS: '2',
      HSM_KEY_REFRESH_MS: '200',
      PIN_WEAK_LIST_FILE: kit.file('weak-pins'),
      AUDIT_CHECKPOINT_FILE: join(kit.folder, 'checkpoint'),
    },
  });
}

async function newClient(): Promise<LoadClient> {
  const scopes = ['cards:read', 'cards:write', 'cards:reveal', 'otp:issue'];
  const pinScopes = ['pin:set', 'pin:validate', 'pin:change', 'pin:reset'];
  return JSON.parse(
    await pinctl('clients', 'create', 'load', '--scope', ...scopes, ...pinScopes, '--json'),
  ) as LoadClient;
}

const rows = async (sql: string) =>
  Number((await kit.owner.query<{ n: string }[]>(`SELECT count(*) AS n FROM ${sql}`))[0]?.n);
const currentOf = async (kind: KeyKind) =>
  (await readRegisteredKeys(kit.owner)).find((key) => key.kind === kind && key.state === 'current')
    ?.generation ?? 0;

describe('keys rotate under load', () => {
  it('every kind, on two replicas that go on: not one request fails', async () => {
    const pids = services.map(({ pid }) => pid);
    await load.start(CALLERS);
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const kind of KEY_KINDS) {
        if (kind === 'manifest-signing')
          await pinctl('keys', 'rotate', kind, '--yes', '--prepare', ...record());
        await learnPins();
        await pinctl('keys', 'rotate', kind, '--yes', ...RSA, ...record());
      }
      expect(load.failures).toEqual([]);
    }
    for (const kind of KEY_KINDS) expect(await currentOf(kind)).toBe(ROUNDS + 1);
    expect(services.map(({ pid }) => pid)).toEqual(pids);
  });

  it('card data follow while they are used, interrupted and taken up again', async () => {
    expect(await rows('card_data WHERE seal_generation = 1')).toBeGreaterThan(0);
    await pinctl('keys', 'reseal', 'card-vault');
    const current = [await currentOf('card-vault'), await currentOf('lookup')];
    const left = `card_data WHERE seal_generation <> ${current[0]} OR fingerprint_generation <> ${current[1]}`;
    expect(await rows(left)).toBe(0);
    await pinctl('keys', 'reseal', 'secrets');
    for (let generation = 1; generation <= ROUNDS; generation += 1) {
      for (const kind of ['card-vault', 'secrets'] as const) {
        await kit.passEnd(kind, generation);
        await pinctl('keys', 'retire', `${kind}-${generation}`, '--yes', ...record());
      }
    }
    // Request ids of the last day are told by it.
    const { code, stderr } = await kit.run(['keys', 'retire', 'lookup-1', '--yes', ...record()]);
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('is accepted until') });
    expect(load.failures).toEqual([]);
  });

  it('verifiers follow with the next success, and the old wrapping key is needed no more', async () => {
    const rare = () => DEEDS.filter((name) => (load.done.get(name) ?? 0) <= 5);
    await expect.poll(rare).toEqual([]);
    await load.stop();
    await load.validateAll();
    expect(load.failures).toEqual([]);
    expect(await rows(`cards WHERE verifier_generation <> ${await currentOf('pin-wrapping')}`)).toBe(0);
    const listed = await pinctl('keys', 'list');
    // Earlier PINs keep theirs; where there are any, they are named as what is left.
    expect(listed).toMatch(/^pin-wrapping-1 +accepted/m);
    expect(listed).not.toMatch(/^pin-wrapping-1 .*\d PIN verifiers/m);
    console.log(
      `rotation: ${load.operations} requests, ${load.cards.length} cards, ${ROUNDS * KEY_KINDS.length} rotations`,
    );
    console.log([...load.done].map(([name, count]) => `${name} ${count}`).join(', '));
  });

  it('the trail is sealed under all audit-signing keys and verifies', async () => {
    const checkpoint = join(kit.folder, 'checkpoint');
    await services[0]?.stop();
    expect(readFileSync(`${checkpoint}.keys`, 'utf8').trim().split('\n').length).toBeGreaterThan(ROUNDS);
    expect(await pinctl('audit', 'verify', '--checkpoint', checkpoint)).toContain('all as they were written');
  });
});
