import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  openPinHsm,
  parseProfileChanges,
  TokenPin,
  type HsmSettings,
  type PinHsm,
  type RegisteredKey,
} from '#libs/hsm';
import { orderSoftHsmToken, STANDARD_KEYS } from '../rigs/ordered-token.js';
import { buildShim, setFaults, shimEnvironment, type Fault } from '../rigs/shim.js';
import { HOST_ENTRY, type TestToken } from '../rigs/token.js';
import { CLOUDHSM, compileShape, LUNA, SOFTHSM_CANNOT } from './shaped-kit.js';

/**
 * One token, with keys that were registered before modules made IVs of their own, behind a module of each sort: what is changed
 * when an HSM is put into FIPS mode.
 */
let token: TestToken;
let modules: Readonly<Record<Sort, Partial<HsmSettings>>>;

/** Values sealed at once: each IV is read from memory that the module has written to. */
const MANY = 200;
const SORTS = ['caller', 'parameter', 'appended'] as const;
type Sort = (typeof SORTS)[number];

beforeAll(async () => {
  token = await orderSoftHsmToken(STANDARD_KEYS);
  const module = (sort: Sort) => join(token.directory, `${sort}.so`);
  const pin = token.tokenPin.reveal();
  const luna = { ...LUNA.environment, PINWARD_LUNA_OFFICER_LOGIN: pin };
  modules = {
    caller: { profile: 'softhsm2' },
    parameter: {
      profile: 'cloudhsm',
      module: compileShape(CLOUDHSM, module('parameter')),
      tokenPin: new TokenPin(`pinward:${pin}`),
      environment: { ...token.environment, ...CLOUDHSM.environment },
    },
    appended: {
      profile: 'luna',
      module: compileShape(LUNA, module('appended')),
      tokenPin: new TokenPin(LUNA.servicePin),
      environment: { ...token.environment, ...luna },
    },
  };
});
afterAll(async () => {
  await token.remove();
});

function settings(sort: Sort, changes: object = {}, changed: Partial<HsmSettings> = {}): HsmSettings {
  return {
    ...token,
    profile: 'softhsm2',
    workers: 2,
    queueCapacity: MANY,
    weakPins: [],
    allowWeakEnforcement: false,
    profileChanges: parseProfileChanges(JSON.stringify({ ...SOFTHSM_CANNOT, ...changes })),
    evaluationWindowMs: 10_000,
    registeredKeys: async () => token.registeredKeys,
    reserveSeals: async () => undefined,
    hostEntry: HOST_ENTRY,
    ...modules[sort],
    ...changed,
  };
}

/** Why it does not start. */
async function refusal(of: HsmSettings): Promise<string> {
  const hsm = await openPinHsm(of).catch((error: unknown) => error);
  if (hsm instanceof Error) return hsm.message;
  await (hsm as PinHsm).close();
  return 'it started';
}

describe('keys that were registered under a given IV', () => {
  const owner = ['tenant', 'table.column', 'row'];

  it('are recognised by modules that make IVs, and all of them open what each has sealed', async () => {
    const opened = await Promise.all(SORTS.map(async (sort) => await openPinHsm(settings(sort))));
    try {
      for (const [index, hsm] of opened.entries()) {
        const value = randomBytes(16);
        const sealed = await hsm.seal('card-vault', value, owner);
        expect(sealed.bytes).toHaveLength(
          { caller: 44, parameter: 44, appended: 56 }[SORTS[index] ?? 'caller'],
        );
        for (const other of opened) expect(await other.open('card-vault', sealed, owner)).toEqual(value);
      }
    } finally {
      await Promise.all(opened.map((hsm) => hsm.close()));
    }
  });

  it.each(SORTS)('seal many values at once, each under an IV of its own, gcmIv %s', async (sort) => {
    const hsm = await openPinHsm(settings(sort));
    try {
      const values = Array.from({ length: MANY }, () => randomBytes(16));
      const sealed = await Promise.all(values.map((value) => hsm.seal('secrets', value, owner)));
      expect(new Set(sealed.map(({ bytes }) => bytes.toString('hex', 0, 24))).size).toBe(MANY);
      expect(await Promise.all(sealed.map((each) => hsm.open('secrets', each, owner)))).toEqual(values);
    } finally {
      await hsm.close();
    }
  });

  it.each(SORTS)('are told from others, gcmIv %s', async (sort) => {
    const swapped = { 'card-vault': 'secrets', secrets: 'card-vault' } as const;
    const keys = token.registeredKeys.map((key): RegisteredKey => {
      if (key.kind !== 'card-vault' && key.kind !== 'secrets') return key;
      const other = token.registeredKeys.find(
        ({ kind }) => kind === swapped[key.kind as keyof typeof swapped],
      );
      return { ...key, fingerprint: other?.fingerprint ?? key.fingerprint };
    });
    expect(await refusal(settings(sort, {}, { registeredKeys: async () => keys }))).toBe(
      'card-vault-1 (CKA_VALUE): is not the key that was registered',
    );
  });

  it('are not called others by a module that opens nothing', async () => {
    const faults = join(token.directory, 'faults');
    const fault: Fault = { function: 'C_Decrypt', when: 'after', returns: 0x40 };
    setFaults(faults, [fault]);
    const shim = { module: token.module, faults };
    const environment = { ...token.environment, ...shimEnvironment(shim) };
    expect(await refusal(settings('caller', {}, { module: buildShim(), environment }))).toBe(
      'card-vault-1: the known-answer test could not be run, CKR 0x40',
    );
  });
});

describe('a module that makes IVs otherwise than the profile says', () => {
  it.each([
    ['caller', 'parameter', 'it wrote no IV'],
    ['caller', 'appended', 'it appended no IV'],
    ['parameter', 'caller', 'nothing can be sealed, CKR 0x71'],
    ['parameter', 'appended', 'nothing can be sealed, CKR 0x71'],
    ['appended', 'caller', 'nothing can be sealed, CKR 0x71'],
    ['appended', 'parameter', 'nothing can be sealed, CKR 0x71'],
  ] as const)('is refused: %s where %s is said', async (sort, gcmIv, reason) => {
    const words = await refusal(settings(sort, { gcmIv }));
    expect(words).toMatch(/^card-vault-1/);
    expect(words).toContain(`gcmIv ${gcmIv}`);
    expect(words).toContain(reason);
  });

  it.each([
    ['same-iv', 'parameter', 'card-vault-1 (gcmIv parameter): the same IV came twice'],
    ['silent', 'caller', 'card-vault-1 (gcmIv caller): does not open what it has sealed'],
  ] as const)('is refused: one that is at fault with %s', async (fault, gcmIv, words) => {
    const environment = { ...modules.parameter.environment, PINWARD_SHAPED_FAULT: fault };
    expect(await refusal(settings('parameter', { gcmIv }, { environment }))).toBe(words);
  });
});
