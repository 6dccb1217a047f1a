import { afterEach, describe, expect, it } from 'vitest';
import {
  HsmMisconfigured,
  openPinHsm,
  TokenPin,
  type HsmSettings,
  type PinHsm,
  type RegisteredKey,
} from '#libs/hsm';
import { Cryptoki, startToken, type AttributeName } from '#libs/hsm/pkcs11';
import { inThisProcess, orderSoftHsmToken, STANDARD_KEYS, type KeyOrder } from '../rigs/ordered-token.js';
import { hostPids } from '../rigs/host-pids.js';
import { HOST_ENTRY, type TestToken } from '../rigs/token.js';

/** A token that is wrong in one way, and the words its refusal must have: key and attribute. */
interface Wrong {
  readonly what: string;
  readonly keys?: readonly KeyOrder[];
  readonly planted?: readonly KeyOrder[];
  readonly registered?: (keys: readonly RegisteredKey[]) => readonly RegisteredKey[];
  readonly names: readonly string[];
}

const rsaBits = 2048;

const WRONG_ATTRIBUTES: readonly Wrong[] = [
  attribute('pin-transport', { CKA_DECRYPT: true }),
  attribute('pin-transport', { CKA_MODIFIABLE: true }),
  attribute('pin-transport', { CKA_COPYABLE: true }),
  attribute('pin-transport', { CKA_EXTRACTABLE: true }),
  attribute('pin-transport', { CKA_SIGN: true }),
  attribute('pin-wrapping', { CKA_TRUSTED: false }),
  attribute('pin-wrapping', { CKA_UNWRAP: true }),
  attribute('pin-wrapping', { CKA_ENCRYPT: true }),
  attribute('pin-wrapping', { CKA_DESTROYABLE: true }),
  attribute('pin-wrapping', { CKA_MODIFIABLE: true }),
  attribute('lookup', { CKA_WRAP: true }),
  attribute('lookup', { CKA_EXTRACTABLE: true }),
  attribute('token-signing', { CKA_DECRYPT: true }),
  attribute('token-signing', { CKA_UNWRAP: true }),
  attribute('token-signing', { CKA_EXTRACTABLE: true }),
  attribute('token-signing', { CKA_MODIFIABLE: true }),
  attribute('audit-signing', { CKA_DERIVE: true }),
  attribute('audit-signing', { CKA_EXTRACTABLE: true }),
  attribute('manifest-signing', { CKA_DERIVE: true }),
];

const WRONG_TEMPLATES: readonly Wrong[] = [
  openTemplate('CKA_ENCRYPT'),
  openTemplate('CKA_TOKEN'),
  openTemplate('CKA_SENSITIVE'),
  openTemplate('CKA_WRAP_WITH_TRUSTED'),
  openTemplate('CKA_MODIFIABLE'),
  {
    what: 'an unwrap template with CKA_ENCRYPT true',
    keys: replaced('pin-transport', { unwrapTemplateOverrides: { CKA_ENCRYPT: true } }),
    names: ['pin-transport-1', 'CKA_UNWRAP_TEMPLATE'],
  },
  {
    what: 'a transport key without an unwrap template',
    keys: replaced('pin-transport', { omitted: ['CKA_UNWRAP_TEMPLATE'] }),
    names: ['pin-transport-1', 'CKA_UNWRAP_TEMPLATE', 'CKA_ENCRYPT', 'CKA_TOKEN', 'CKA_WRAP_WITH_TRUSTED'],
  },
  {
    what: 'a transport key without allowed mechanisms',
    keys: replaced('pin-transport', { omitted: ['CKA_ALLOWED_MECHANISMS'] }),
    names: ['pin-transport-1', 'CKA_ALLOWED_MECHANISMS'],
  },
];

const WRONG_OBJECTS: readonly Wrong[] = [
  {
    what: 'a second wrapping key under the same label, planted without a login',
    planted: [
      {
        kind: 'pin-wrapping',
        generation: 1,
        rsaBits,
        by: 'nobody',
        overrides: { CKA_TRUSTED: false },
      },
    ],
    names: ['pin-wrapping-1', 'CKA_LABEL', '2 objects'],
  },
  {
    what: 'a second transport key under the same label',
    planted: [{ kind: 'pin-transport', generation: 1, rsaBits }],
    names: ['pin-transport-1', 'CKA_LABEL', '2 objects'],
  },
  {
    what: 'a trusted key that is not registered',
    planted: [{ kind: 'pin-wrapping', generation: 7, rsaBits, by: 'officer' }],
    names: ['pin-wrapping-7', 'CKA_TRUSTED'],
  },
  {
    what: 'a wrapping key regenerated under the old label',
    registered: (keys) => withFingerprint(keys, 'pin-wrapping'),
    names: ['pin-wrapping-1', 'CKA_VALUE'],
  },
  {
    what: 'another transport key than the registered one',
    registered: (keys) => withFingerprint(keys, 'pin-transport'),
    names: ['pin-transport-1', 'CKA_MODULUS'],
  },
  {
    what: 'another lookup key than the registered one',
    registered: (keys) => withFingerprint(keys, 'lookup'),
    names: ['lookup-1', 'CKA_VALUE'],
  },
  {
    what: 'another token-signing key than the registered one',
    registered: (keys) => withFingerprint(keys, 'token-signing'),
    names: ['token-signing-1', 'CKA_MODULUS'],
  },
  {
    what: 'another audit-signing key than the registered one',
    registered: (keys) => withFingerprint(keys, 'audit-signing'),
    names: ['audit-signing-1', 'CKA_EC_POINT'],
  },
  {
    what: 'no token-signing key',
    registered: (keys) => keys.filter(({ kind }) => kind !== 'token-signing'),
    names: ['token-signing', '0 registered generations are current'],
  },
  {
    what: 'a registered key that is not on the token',
    registered: (keys) => [
      ...keys,
      {
        kind: 'pin-wrapping',
        generation: 3,
        state: 'accepted',
        fingerprint: Buffer.alloc(32),
        expiresAt: null,
      },
    ],
    names: ['pin-wrapping-3', 'CKA_LABEL'],
  },
  {
    what: 'two current generations',
    registered: (keys) => keys.flatMap((key) => (key.kind === 'lookup' ? [key, key] : [key])),
    names: ['lookup', '2 registered generations are current'],
  },
];

const made = (kind: KeyOrder['kind']): KeyOrder => ({
  kind,
  generation: 7,
  rsaBits,
  by: kind === 'pin-wrapping' ? 'officer' : 'user',
});
const KNOWN: KeyOrder = { ...made('pin-wrapping'), value: '5a'.repeat(32) };
const seventh = (kind: KeyOrder['kind'], state: RegisteredKey['state']): RegisteredKey => {
  const fingerprint = Buffer.alloc(32, state === 'announced' ? 0 : 7);
  return { kind, generation: 7, state, fingerprint, expiresAt: null };
};
const and =
  (...keys: readonly RegisteredKey[]) =>
  (registered: readonly RegisteredKey[]) => [...registered, ...keys];

/** Under labels of ours that no request meets: what is there may be TRUSTED all the same. */
const WRONG_UNUSED: readonly Wrong[] = [
  ...(['retired', 'announced'] as const).map((state) => ({
    what: `a trusted key of known value under the label of a wrapping key that is ${state}`,
    planted: [KNOWN],
    registered: and(seventh('pin-wrapping', state)),
    names: ['pin-wrapping-7', 'CKA_LOCAL', 'CKA_NEVER_EXTRACTABLE', 'CKA_ALWAYS_SENSITIVE'],
  })),
  ...(['retired', 'announced'] as const).map((state) => ({
    what: `two keys under the label of a wrapping key that is ${state}`,
    planted: [made('pin-wrapping'), made('pin-wrapping')],
    registered: and(seventh('pin-wrapping', state)),
    names: ['pin-wrapping-7', 'CKA_LABEL', '2 objects'],
  })),
  {
    what: 'an announced wrapping key that unwraps',
    planted: [{ ...made('pin-wrapping'), overrides: { CKA_UNWRAP: true } }],
    registered: and(seventh('pin-wrapping', 'announced')),
    names: ['pin-wrapping-7', 'CKA_UNWRAP'],
  },
  ...(['pin-wrapping', 'lookup', 'card-vault'] as const).map((kind) => ({
    what: `a ${kind} key regenerated under a retired label`,
    planted: [made(kind)],
    registered: and(seventh(kind, 'retired')),
    names: [`${kind}-7`, 'CKA_VALUE'],
  })),
  ...(['pin-transport', 'token-signing'] as const).map((kind) => ({
    what: `a ${kind} key regenerated under a retired label`,
    planted: [made(kind)],
    registered: and(seventh(kind, 'retired')),
    names: [`${kind}-7`, 'CKA_MODULUS'],
  })),
];

describe('the start-up checks refuse', () => {
  const tokens: TestToken[] = [];
  const opened: PinHsm[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((hsm) => hsm.close()));
    await Promise.all(tokens.splice(0).map((token) => token.remove()));
  });

  const order = async ({ keys = STANDARD_KEYS, planted }: Pick<Wrong, 'keys' | 'planted'>) => {
    const token = await orderSoftHsmToken(keys, planted, inThisProcess);
    tokens.push(token);
    return token;
  };
  const open = async (token: TestToken, changed: Partial<HsmSettings> = {}) => {
    const hsm = await openPinHsm({ ...settingsOf(token), ...changed });
    opened.push(hsm);
    return hsm;
  };

  it('nothing about a token made by the key table', async () => {
    const hsm = await open(await order({}));
    expect(hsm.health()).toMatchObject({ ready: true });
    // SoftHSM2 digests keys: known, recorded, not hidden.
    const warnings = [expect.stringContaining('C_DigestKey')];
    expect(hsm.health().warnings).toEqual(warnings);
    expect(startHere(await order({}))).toMatchObject({ warnings });
  });

  it.each([WRONG_ATTRIBUTES, WRONG_TEMPLATES, WRONG_OBJECTS, WRONG_UNUSED].flatMap(([first]) => first ?? []))(
    '$what, and leave no HSM host',
    async (wrong) => {
      const token = await order(wrong);
      const refusal = await open(token, {
        registeredKeys: async () => registeredOf(wrong, token),
      }).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(HsmMisconfigured);
      for (const name of wrong.names) expect((refusal as Error).message).toContain(name);
      expect(hostPids()).toEqual([]);
    },
  );

  it.each([...WRONG_ATTRIBUTES, ...WRONG_TEMPLATES, ...WRONG_OBJECTS, ...WRONG_UNUSED])(
    '$what',
    async (wrong) => {
      const token = await order(wrong);
      const refusal = startHere(token, registeredOf(wrong, token));
      expect(refusal).toBeInstanceOf(HsmMisconfigured);
      for (const name of wrong.names) expect((refusal as Error).message).toContain(name);
    },
  );

  it('no label of ours whose key is what it was, is being made, is gone or was never finished', async () => {
    const keys = [...STANDARD_KEYS, ...STANDARD_KEYS.map((key) => ({ ...key, generation: 2 }))];
    const token = await order({ keys, planted: [made('pin-wrapping')] });
    const open7 = (unused: readonly RegisteredKey[]) =>
      open(token, {
        registeredKeys: async () => [
          ...token.registeredKeys.map((key): RegisteredKey => {
            return { ...key, state: key.generation === 1 ? 'retired' : 'current' };
          }),
          ...unused,
        ],
      });
    const gone = { ...seventh('lookup', 'retired'), generation: 8 };
    const unfinished = { ...seventh('pin-wrapping', 'announced'), state: 'retired' } as const;
    for (const unused of [[seventh('pin-wrapping', 'announced'), gone], [unfinished]]) {
      expect((await open7(unused)).health()).toMatchObject({ ready: true });
    }
  });

  it('a token label that is not there, a module that is none', async () => {
    const token = await order({});
    await expect(open(token, { tokenLabel: 'another' })).rejects.toThrow(/0 tokens are labelled "another"/);
    await expect(open(token, { module: '/nowhere.so' })).rejects.toThrow(/cannot be loaded/);
  });

  it('a software token in production, whatever its module and profile are called', async () => {
    const token = await order({});
    const opening = open(token, { softwareTokens: 'none' });
    await expect(opening).rejects.toThrow(/SoftHSM2 is mapped into/);
    await expect(opening).rejects.toBeInstanceOf(HsmMisconfigured);
  });

  it('a wrong token PIN, after one login and no further one', async () => {
    const token = await order({});
    const wrongPin = open(token, { tokenPin: new TokenPin('00000000') });
    await expect(wrongPin).rejects.toThrow(/refused the login.*not tried again/);
    await expect(wrongPin).rejects.toBeInstanceOf(HsmMisconfigured);
    expect(hostPids()).toEqual([]);
  });

  it('no attribute where weak enforcement is allowed, but loudly', async () => {
    const keys = replaced('pin-transport', {
      omitted: ['CKA_UNWRAP_TEMPLATE'],
      overrides: { CKA_DECRYPT: true },
    });
    const { warnings } = (await open(await order({ keys }), { allowWeakEnforcement: true })).health();
    expect(warnings).toContainEqual('NOT ENFORCED: pin-transport-1 (CKA_DECRYPT): must be false');
    expect(warnings.filter((warning) => warning.includes('CKA_UNWRAP_TEMPLATE')).length).toBeGreaterThan(10);
  });

  it('a wrong key even where weak enforcement is allowed', async () => {
    const token = await order({});
    const registeredKeys = async () => withFingerprint(token.registeredKeys, 'pin-wrapping');
    const opening = open(token, { allowWeakEnforcement: true, registeredKeys });
    await expect(opening).rejects.toThrow(/pin-wrapping-1/);
  });
});

function registeredOf({ registered = (keys) => keys }: Wrong, token: TestToken): readonly RegisteredKey[] {
  return registered(token.registeredKeys);
}

/** What an HSM host does at its start, in this process. */
function startHere(
  token: TestToken,
  registeredKeys = token.registeredKeys,
): ReturnType<typeof startToken>['report'] | Error {
  process.env['SOFTHSM2_CONF'] = token.configuration;
  const { tokenLabel, tokenPin, module } = token;
  const { profile, allowWeakEnforcement, allowLowPinCount = false } = settingsOf(token);
  const cryptoki = new Cryptoki(module);
  try {
    const settings = { tokenLabel, profile, allowWeakEnforcement, allowLowPinCount, registeredKeys };
    return startToken(cryptoki, settings, (use) => use(tokenPin.reveal())).report;
  } catch (fault) {
    return fault as Error;
  } finally {
    cryptoki.finalize();
  }
}

function settingsOf(token: TestToken): HsmSettings {
  return {
    ...token,
    profile: 'softhsm2',
    workers: 1,
    queueCapacity: 4,
    allowWeakEnforcement: false,
    // One test leaves the mark of a refused login on a token that others use.
    allowLowPinCount: true,
    weakPins: ['1234'],
    evaluationWindowMs: 10_000,
    registeredKeys: async () => token.registeredKeys,
    reserveSeals: async () => undefined,
    hostEntry: HOST_ENTRY,
  };
}

function replaced(kind: KeyOrder['kind'], changes: Partial<KeyOrder>): readonly KeyOrder[] {
  return STANDARD_KEYS.map((key) => (key.kind === kind ? { ...key, ...changes } : key));
}

function attribute(kind: KeyOrder['kind'], overrides: NonNullable<KeyOrder['overrides']>): Wrong {
  const [[name, value] = []] = Object.entries(overrides);
  const what = `${kind}-1 with ${name} ${String(value)}`;
  return { what, keys: replaced(kind, { overrides }), names: [`${kind}-1`, String(name)] };
}

function openTemplate(name: AttributeName): Wrong {
  return {
    what: `an unwrap template without ${name}`,
    keys: replaced('pin-transport', { unwrapTemplateOmitted: [name] }),
    names: ['pin-transport-1', 'CKA_UNWRAP_TEMPLATE', name],
  };
}

function withFingerprint(keys: readonly RegisteredKey[], kind: KeyOrder['kind']): readonly RegisteredKey[] {
  return keys.map((key) => (key.kind === kind ? { ...key, fingerprint: Buffer.alloc(32, 7) } : key));
}
