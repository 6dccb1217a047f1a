import { cpSync, readFileSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  KEY_KINDS,
  keyLabel,
  openPinHsm,
  SealBroken,
  TokenPin,
  VerifierGivenUp,
  type PinHsm,
  type PinVerifier,
  type Sealed,
} from '#libs/hsm';
import { readRegisteredKeys } from '#libs/keys';
import { bounds, CARD, envelopeFor, evaluationName, NEW_PLACE } from '../support/envelopes.js';
import { randomPin } from '../support/random-pin.js';
import { HOST_ENTRY } from '../rigs/token.js';
import { KeysKit, SECRETS } from './keys-kit.js';

const OWNER = ['test.column'];
const LOST = ['otp-2', 'pin-transport-2', 'pin-wrapping-2', 'secrets-2', 'token-signing-2'];

let kit: KeysKit;
let records = 0;
const secrets = new Map<string, string>();

beforeAll(async () => {
  kit = await KeysKit.open();
  await done('init', '--transport-bits', '2048');
  for (const person of ['Ada Alder', 'Ben Birch']) {
    expect(await kit.run(['persons', 'create', person])).toMatchObject({ code: 0 });
    const id = person.slice(0, 3).toLowerCase();
    const made = await kit.run([
      'clients',
      'create',
      id,
      '--scope',
      'ops:read',
      '--person',
      person,
      '--json',
    ]);
    secrets.set(id, (JSON.parse(made.stdout) as { clientSecret: string }).clientSecret);
  }
});
afterAll(async () => {
  await kit[Symbol.asyncDispose]();
});

async function run(args: readonly string[], changed: Readonly<Record<string, string | undefined>> = {}) {
  records += 1;
  return await kit.run(['keys', ...args, '--yes', '--record', kit.file(`record-${records}`)], changed);
}

async function done(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run(args);
  if (code !== 0) throw new Error(`pinctl keys ${args.join(' ')}: ${stdout}${stderr}`);
  return stdout + stderr;
}

/** As the person of this client, who has its secret. */
async function abandon(client: string, keys: readonly string[], ...more: readonly string[]) {
  return await run(['abandon', ...keys, '--as', client, '--transport-bits', '2048', ...more], {
    PINCTL_CLIENT_SECRET: secrets.get(client),
  });
}

const stateOf = async (label: string) =>
  (await readRegisteredKeys(kit.owner)).find((key) => keyLabel(key) === label)?.state;

async function openService(): Promise<PinHsm> {
  const { PKCS11_MODULE: module = '', PKCS11_TOKEN_LABEL: tokenLabel = '' } = kit.environment;
  return await openPinHsm({
    module,
    tokenLabel,
    tokenPin: new TokenPin(SECRETS.userPin),
    profile: 'softhsm2',
    workers: 1,
    queueCapacity: 4,
    weakPins: [],
    allowWeakEnforcement: false,
    evaluationWindowMs: 10_000,
    registeredKeys: () => readRegisteredKeys(kit.owner),
    reserveSeals: async () => undefined,
    environment: kit.environment,
    hostEntry: HOST_ENTRY,
  });
}

async function enrol(hsm: PinHsm, pin: string, history: readonly PinVerifier[] = []): Promise<PinVerifier> {
  const [key] = hsm.transportKeys().filter(({ current }) => current);
  if (key === undefined) throw new Error('no transport key is published');
  const weakPins = await hsm.tagWeakPins(CARD);
  using place = hsm.reserve();
  const asked = { card: CARD, ...NEW_PLACE, weakPins, history, bounds: bounds() };
  const result = await hsm.enrolPin(place, { ...asked, envelope: await envelopeFor(pin, key) });
  if (result.outcome !== 'enrolled') throw new Error(result.outcome);
  return result.verifier;
}

describe('an HSM that was restored from before the last rotations', () => {
  const pin = randomPin();
  let verifier: PinVerifier;
  let sealed: Sealed;

  beforeAll(async () => {
    cpSync(kit.file('tokens'), kit.file('backup'), { recursive: true });
    for (const kind of ['otp', 'pin-wrapping', 'secrets', 'token-signing', 'pin-transport'])
      await done('rotate', kind, ...(kind === 'pin-transport' ? ['--transport-bits', '2048'] : []));
    const hsm = await openService();
    verifier = await enrol(hsm, pin);
    sealed = await hsm.seal('secrets', Buffer.from('value'), OWNER);
    await hsm.close();
    await kit.owner.query(
      `INSERT INTO one_time_passwords (tenant_id, otp_id, card_id, purpose, mac, mac_generation, expires_at)
       VALUES ('default', gen_random_uuid(), gen_random_uuid(), 'pin-reset', sha256(''), 2, now() + interval '5 minutes')`,
    );
    rmSync(kit.file('tokens'), { recursive: true });
    cpSync(kit.file('backup'), kit.file('tokens'), { recursive: true });
  });

  it('is named by every ceremony, with the way out', async () => {
    const { code, stderr } = await run(['rotate', 'lookup']);
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('registered, and not on this token'),
    });
    for (const label of LOST) expect(stderr).toContain(label);
    const orphans = await run(['orphans', '--json']);
    const found = JSON.parse(orphans.stdout) as { label: string; difference: string }[];
    expect(found.map(({ label, difference }) => `${label} ${difference}`).toSorted()).toEqual(
      LOST.map((label) => `${label} missing`),
    );
  });

  it('takes two persons: one asks and is told what is lost, and cannot do it alone', async () => {
    expect(await abandon('ada', ['otp-9'], '--reason', 'x')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('otp-9 is not registered'),
    });
    expect(await abandon('ada', LOST)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('--reason'),
    });
    const asked = await abandon('ada', LOST, '--reason', 'The HSM was restored');
    expect(asked).toMatchObject({ code: 0, stdout: expect.stringContaining('Ada Alder has asked for it') });
    expect(asked.stderr).toContain('pin-wrapping-2: every PIN under it must be reset');
    expect(asked.stderr).toContain(
      'otp-2: live one-time passwords under it are void: issue others (1 one-time',
    );
    expect(await abandon('ada', LOST)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('another person has to do it'),
    });
    // A login of the machine is not compared with a person of the register.
    expect(await run(['abandon', ...LOST, '--transport-bits', '2048'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('you are not the second person here'),
    });
    const wrong = await run(['abandon', ...LOST, '--as', 'ben'], {
      PINCTL_CLIENT_SECRET: secrets.get('ada'),
    });
    expect(wrong).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('this is no secret of a client ben'),
    });
    for (const label of LOST) expect(await stateOf(label)).toBe('current');
    // What was made for the refused one is gone again, but for the wrapping key, which is announced.
    const { stdout } = await run(['orphans', '--json']);
    const others = (JSON.parse(stdout) as { label: string; difference: string }[]).filter(
      ({ difference }) => difference !== 'missing',
    );
    expect(others).toEqual([{ label: 'pin-wrapping-3', difference: 'announced', trusted: true }]);
  }, 180_000);

  it('the other does it, once, however many try at once', async () => {
    const both = await Promise.all([abandon('ben', LOST), abandon('ben', LOST)]);
    expect(both.map(({ code }) => code).toSorted()).toEqual([0, 1]);
    const right = both.find(({ code }) => code === 0);
    expect(right?.stdout).toContain('Given up: ');
    for (const label of LOST) {
      expect(await stateOf(label)).toBe('retired');
      expect(await stateOf(label.replace('-2', '-3'))).toBe('current');
    }
    const [, file = ''] = /Signed record: (\S+)/.exec(right?.stdout ?? '') ?? [];
    const text = readFileSync(file, 'utf8');
    for (const told of ['The HSM was restored', '"requestedBy": "Ada Alder"', '"approvedBy": "Ben Birch"'])
      expect(text).toContain(told);
    expect(await kit.run(['keys', 'verify-record', file])).toMatchObject({ code: 0 });
    const lines = await kit.owner.query<{ subject: string }[]>(
      `SELECT subject FROM audit_events WHERE action = 'key.abandon' ORDER BY audit_id`,
    );
    expect(lines.map(({ subject }) => subject)).toEqual(LOST.map(() => 'Ada Alder, Ben Birch'));
    const [otp] = await kit.owner.query<{ status: string }[]>('SELECT status FROM one_time_passwords');
    expect(otp?.status).toBe('superseded');
  }, 180_000);

  it('the service starts, publishes the successors, and says what is lost instead of failing for ever', async () => {
    const hsm = await openService();
    try {
      expect(hsm.transportKeys().find(({ current }) => current)?.kid).toBe('pin-transport-3');
      expect(hsm.transportKeyState('pin-transport-2')).toBe('retired');
      expect(hsm.signingKeys('token-signing').map(({ kid }) => kid)).not.toContain('token-signing-2');
      const [key] = hsm.transportKeys();
      if (key === undefined) throw new Error('no transport key is published');
      const envelope = await envelopeFor(pin, key);
      using place = hsm.reserve();
      const question = { card: CARD, evaluation: evaluationName(), envelope, verifier, bounds: bounds() };
      await expect(hsm.matchPin(place, question)).rejects.toBeInstanceOf(VerifierGivenUp);
      await expect(hsm.open('secrets', sealed, OWNER)).rejects.toBeInstanceOf(SealBroken);
      // A reset reads the lost verifier as an earlier PIN's.
      expect(await enrol(hsm, randomPin(), [verifier])).toMatchObject({ generation: 3 });
    } finally {
      await hsm.close();
    }
  });

  it('every kind rotates again afterwards', async () => {
    for (const kind of KEY_KINDS) {
      if (kind === 'manifest-signing') await done('rotate', kind, '--prepare');
      const words = await done(
        'rotate',
        kind,
        ...(kind === 'pin-transport' ? ['--transport-bits', '2048'] : []),
      );
      expect(words).toContain('is current');
    }
  }, 180_000);
});

it('a key that the token holds is not given up by mistake, and what is asked for can be withdrawn', async () => {
  expect(await abandon('ben', ['otp-3'], '--reason', 'x')).toMatchObject({ code: 0 });
  expect(await abandon('ada', ['otp-3'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('the token holds otp-3: rotate its kind and retire it'),
  });
  expect(await abandon('ben', ['otp-3'], '--withdraw')).toMatchObject({ code: 0 });
  expect(await stateOf('otp-3')).toBe('accepted');
});
