import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import type { keysAnswer } from '../../apps/pin-service/src/keys/key-schemas.js';
import { ServiceProcess } from '../rigs/service-process.js';
import { randomPin } from '../support/random-pin.js';
import { runOn } from './kit-pinctl.js';
import { ServiceKit } from './service-kit.js';

const REFRESH = { HSM_KEY_REFRESH_MS: '200', HSM_WORKERS: '1' };

let kit: ServiceKit;
let second: ServiceProcess;
beforeAll(async () => {
  kit = await ServiceKit.open(REFRESH);
  const { identity, token } = kit;
  const checkpoint = join(token.directory, 'checkpoint-2');
  second = await ServiceProcess.start({
    identity,
    token,
    databaseUrl: kit.database.serviceUrl,
    environment: { ...REFRESH, AUDIT_CHECKPOINT_FILE: checkpoint },
  });
});
afterAll(async () => {
  await second[Symbol.asyncDispose]();
  await kit[Symbol.asyncDispose]();
});

type Keys = z.output<typeof keysAnswer>;

async function listed(query = '', tenantId = 'default', scopes = ['ops:read']): Promise<Keys> {
  const token = await kit.identity.tokenFor({ scopes, tenantId, clientId: 'officer-1' });
  const answer = await kit.service.request('GET', `/v1/admin/keys${query}`, { token });
  expect(answer).toMatchObject({ status: 200 });
  return answer.body as Keys;
}

async function kindOf(kind: string, tenantId?: string) {
  const { kinds } = await listed(`?kind=${kind}`, tenantId);
  expect(kinds.map((one) => one.kind)).toEqual([kind]);
  const [found] = kinds;
  if (found === undefined) throw new Error('no kind');
  return found;
}

const run = (command: string) => runOn(kit, command);

const PANS = ['4000000000000002', '4000000000000010', '4000000000000028', '4000000000000036'];

async function cardsOf(tenantId: string, pans: readonly string[]): Promise<void> {
  const scopes = ['cards:read', 'cards:write'];
  const token = await kit.identity.tokenFor({ scopes, tenantId, clientId: 'card-app' });
  for (const pan of pans) {
    const { status } = await kit.post('/v1/cards', { cardRef: `ref-${pan.slice(-4)}`, pan }, { token });
    expect(status).toBe(201);
  }
}

/** A member that says so: nothing of it may be in an answer. */
const HANDLE_OR_KEY = /handle|private|secret[^s]|CKA_|fingerprint"/i;

describe('GET /v1/admin/keys', () => {
  it('tells of each kind what it is for, its generations, when it is due, and who holds it', async () => {
    const { kinds, processes } = await listed();
    expect(kinds).toHaveLength(9);
    expect(kinds[0]).toMatchObject({
      kind: 'pin-transport',
      purpose: expect.stringMatching(/^Opens the envelopes/),
      rotation: { days: 7, uses: 100_000_000 },
      due: false,
      steps: [],
      retired: 1,
      generations: [
        { key: 'pin-transport-7', state: 'retired', heldBy: 0 },
        { key: 'pin-transport-1', state: 'current', ageDays: 0, usedPercent: 0, heldBy: 2 },
      ],
    });
    const [transport] = kinds;
    const made = Date.parse(transport?.generations[1]?.registeredAt ?? '');
    expect(Date.parse(transport?.dueAt ?? '') - made).toBe(7 * 86_400_000);
    expect(processes).toHaveLength(2);
    for (const { host, version, seenAt, startedAt, keys, trouble } of processes) {
      expect([host, version, trouble]).toEqual([expect.any(String), expect.any(String), undefined]);
      expect(Date.parse(seenAt)).toBeGreaterThanOrEqual(Date.parse(startedAt ?? ''));
      expect(keys).toMatchObject({ 'card-vault-1': 'current', 'pin-transport-1': 'current' });
    }
  });

  it('shows no key, no handle, and of secret keys no fingerprint either', async () => {
    const body = await listed();
    const withThumbprint = body.kinds.filter(({ generations }) =>
      generations.some(({ thumbprint }) => thumbprint !== undefined),
    );
    expect(withThumbprint.map(({ kind }) => kind)).toEqual([
      'pin-transport',
      'token-signing',
      'audit-signing',
      'manifest-signing',
    ]);
    const text = JSON.stringify(body);
    expect(text).not.toMatch(HANDLE_OR_KEY);
    const rows = await (
      await kit.openOwner()
    ).query<{ kind: string; fingerprint: Buffer }[]>('SELECT kind, fingerprint FROM hsm_keys');
    for (const { kind, fingerprint } of rows) {
      if (!/transport|signing/.test(kind)) expect(text).not.toContain(fingerprint.toString('base64url'));
    }
  });

  it('is for operators who read, and for those who change the policy', async () => {
    expect((await listed('', 'default', ['ops:policy'])).kinds).toHaveLength(9);
    const refused = async (scopes: readonly string[]) => {
      const token = await kit.identity.tokenFor({ scopes, clientId: 'officer-2' });
      return await kit.service.request('GET', '/v1/admin/keys', { token });
    };
    for (const scopes of [['ops:unlock'], ['audit:read'], ['cards:read']])
      expect(await refused(scopes)).toMatchObject({ status: 403, body: { code: 'SCOPE_MISSING' } });
    const wrong = await kit.service.request('GET', '/v1/admin/keys?kind=other', { token: kit.operator });
    expect(wrong).toMatchObject({ status: 400, body: { code: 'REQUEST_INVALID' } });
  });

  it('says since when a kind is due, and which command rotates it', async () => {
    const owner = await kit.openOwner();
    const age = (days: number) =>
      owner.query(
        `UPDATE hsm_keys SET registered_at = registered_at - make_interval(days => $1) WHERE kind = 'card-vault'`,
        [days],
      );
    await age(365);
    expect(await kindOf('card-vault')).toMatchObject({
      due: true,
      steps: [{ what: 'rotate', command: 'pinctl keys rotate card-vault' }],
      generations: [{ ageDays: 365 }],
    });
    await age(-2);
    expect(await kindOf('card-vault')).toMatchObject({ due: false, steps: [] });
    await age(-363);
    await owner.query(
      `INSERT INTO hsm_key_uses AS u (kind, generation, seals) VALUES ('card-vault', 1, 2147483648)
       ON CONFLICT (kind, generation) DO UPDATE SET seals = excluded.seals`,
    );
    expect(await kindOf('card-vault')).toMatchObject({ due: true, generations: [{ usedPercent: 100 }] });
    await owner.query(`UPDATE hsm_key_uses SET seals = 5 WHERE kind = 'card-vault'`);
  });

  it('follows a rotation, and how far values have moved: of the own tenant in numbers, of all in percent', async () => {
    await cardsOf('default', PANS.slice(0, 1));
    await cardsOf('other', PANS.slice(1));
    await run('pinctl keys rotate card-vault');
    const rotated = await kindOf('card-vault');
    expect(rotated).toMatchObject({
      steps: [{ what: 'reseal', key: 'card-vault-1', command: 'pinctl keys reseal card-vault' }],
      generations: [
        { key: 'card-vault-2', state: 'current', heldBy: 2 },
        { key: 'card-vault-1', state: 'accepted', heldBy: 2 },
      ],
    });
    const needed = (tenantId?: string) =>
      kindOf('card-vault', tenantId).then(({ generations }) =>
        generations.map(({ neededBy }) =>
          neededBy.map(({ installationPercent, tenant, exact }) => [installationPercent, tenant, exact]),
        ),
      );
    expect(await needed()).toEqual([[[0, { rows: 0, of: 1 }, true]], [[100, { rows: 1, of: 1 }, true]]]);
    // New ones are under the new key.
    await cardsOf('default', ['4000000000000044']);
    expect(await needed()).toEqual([[[20, { rows: 1, of: 2 }, true]], [[80, { rows: 1, of: 2 }, true]]]);
    expect(await needed('other')).toEqual([
      [[20, { rows: 0, of: 3 }, true]],
      [[80, { rows: 3, of: 3 }, true]],
    ]);
    expect(await needed('elsewhere')).toEqual([
      [[20, { rows: 0, of: 0 }, true]],
      [[80, { rows: 0, of: 0 }, true]],
    ]);
    // The command that the answer names, as it is.
    await run(rotated.steps[0]?.command ?? '');
    expect(await needed()).toEqual([[[100, { rows: 2, of: 2 }, true]], [[0, { rows: 0, of: 2 }, true]]]);
    const [step] = (await kindOf('card-vault')).steps;
    expect(step).toMatchObject({ what: 'time', key: 'card-vault-1', until: expect.any(String) });
    await (await kit.openOwner()).query('UPDATE hsm_keys SET expires_at = now() WHERE expires_at > now()');
    const [retire] = (await kindOf('card-vault')).steps;
    expect(retire).toMatchObject({ what: 'retire', command: 'pinctl keys retire card-vault-1' });
    await run(retire?.command ?? '');
    expect(await kindOf('card-vault')).toMatchObject({
      steps: [],
      retired: 1,
      generations: [{ state: 'current' }, { key: 'card-vault-1', state: 'retired', neededBy: [] }],
    });
  });

  it('waits for cards to have a PIN operation, as pinctl lists it', async () => {
    const pin = randomPin();
    const card = await kit.cardWithPin(pin);
    await run('pinctl keys rotate pin-wrapping');
    expect(await kindOf('pin-wrapping')).toMatchObject({
      steps: [{ what: 'cards', key: 'pin-wrapping-1' }],
      generations: [
        {},
        { neededBy: [{ what: 'PIN verifiers', wayOff: 'cards', tenant: { rows: 1, of: 1 } }, {}] },
      ],
    });
    const { stdout } = await run('pinctl keys list');
    expect(stdout).toMatch(/^pin-wrapping-1 +accepted .* 1 PIN verifiers/m);
    expect(await kit.validate(card, pin)).toMatchObject({ status: 200 });
    const [, before] = (await kindOf('pin-wrapping')).generations;
    expect(before?.neededBy).toMatchObject([
      { what: 'PIN verifiers', installationPercent: 0, tenant: { rows: 0, of: 1 } },
      { what: 'verifiers of earlier PINs', installationPercent: 0, tenant: { rows: 0, of: 0 } },
    ]);
  });

  it('tells all of the newest retired generations, and how many there are', async () => {
    await (
      await kit.openOwner()
    ).query(
      `INSERT INTO hsm_keys (kind, generation, state, fingerprint)
       SELECT 'token-signing', n, 'retired', decode(repeat('00', 32), 'hex') FROM generate_series(101, 125) AS n`,
    );
    const { generations, retired } = await kindOf('token-signing');
    expect(retired).toBe(25);
    expect(
      generations.filter(({ state }) => state === 'retired').map(({ generation }) => generation),
    ).toEqual(Array.from({ length: 20 }, (_, place) => 125 - place));
    expect(generations.map(({ key }) => key)).toContain('token-signing-1');
  });

  it('forgets a process that has stopped', async () => {
    await second.stop();
    const { processes, kinds } = await listed();
    expect(processes).toHaveLength(1);
    expect(kinds.find(({ kind }) => kind === 'lookup')?.generations).toMatchObject([{ heldBy: 1 }]);
  });
});
