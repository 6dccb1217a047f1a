import { copyFileSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HsmMisconfigured, openPinHsm, type HsmSettings, type PinHsm } from '#libs/hsm';
import { Cryptoki, onlySlot, startToken } from '#libs/hsm/pkcs11';
import { tokenChecks } from '../../libs/key-ceremony/src/acceptance/module-checks.js';
import { hostPids } from '../rigs/host-pids.js';
import { buildShim, shimEnvironment } from '../rigs/shim.js';
import { findSpy, spyEnvironment } from '../rigs/spy.js';
import { HOST_ENTRY, makeTestToken, type TestToken } from '../rigs/token.js';

const spy = findSpy();
let token: TestToken;
beforeAll(async () => {
  token = await makeTestToken();
});
afterAll(async () => await token.remove());

/** As production opens it. */
async function open(module: string, changed: Partial<HsmSettings> = {}): Promise<PinHsm> {
  const { tokenLabel, tokenPin, registeredKeys, environment } = token;
  return await openPinHsm({
    module,
    tokenLabel,
    tokenPin,
    environment,
    profile: 'softhsm2',
    hostEntry: HOST_ENTRY,
    workers: 1,
    queueCapacity: 4,
    weakPins: [],
    evaluationWindowMs: 10_000,
    allowWeakEnforcement: false,
    softwareTokens: 'none',
    allowNoHardwareFlag: true,
    registeredKeys: async () => registeredKeys,
    reserveSeals: async () => undefined,
    ...changed,
  });
}

async function refusalOf(opening: Promise<PinHsm>): Promise<string> {
  const refusal: unknown = await opening.catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(HsmMisconfigured);
  expect(hostPids()).toEqual([]);
  return refusal instanceof Error ? refusal.message : '';
}

const file = (name: string) => join(token.directory, name);

/** SoftHSM2 under another name that lies about its maker, its model and its configuration's name. */
function liar(): string {
  return changedModule('liar.so', [OF_ITSELF, ['SOFTHSM2_CONF', 'VENDORS2_CONF']]);
}

type Lie = readonly [from: string, to: string];
/** Its model is no string of the file: the compiler writes these eight letters and the rest apart. */
const OF_ITSELF: Lie = ['SoftHSM ', 'Vendor  '];

function changedModule(name: string, lies: readonly Lie[]): string {
  const bytes = readFileSync(token.module);
  for (const [from, to] of lies) {
    for (let at = bytes.indexOf(from); at >= 0; at = bytes.indexOf(from, at)) bytes.write(to, at, 'latin1');
  }
  writeFileSync(file(name), bytes);
  return file(name);
}

const asLiar = () => ({
  ...token.environment,
  SOFTHSM2_CONF: undefined,
  VENDORS2_CONF: token.environment['SOFTHSM2_CONF'],
});

it('a copy of SoftHSM2 under another name is refused', async () => {
  copyFileSync(token.module, file('libvendor.so'));
  expect(await refusalOf(open(file('libvendor.so')))).toMatch(/SoftHSM2 is mapped .*libvendor\.so/);
});

it('SoftHSM2 behind another module is refused', async () => {
  const environment = { ...token.environment, ...shimEnvironment({ module: token.module }) };
  expect(await refusalOf(open(buildShim(), { environment }))).toContain('SoftHSM2 is mapped');
});

it.skipIf(spy === null)('pkcs11-spy behind a symbolic link, or copied, is refused', async () => {
  symlinkSync(spy ?? '', file('link.so'));
  copyFileSync(spy ?? '', file('copy.so'));
  const files = { module: liar(), log: file('spy.log') };
  const environment = { ...asLiar(), ...spyEnvironment(files) };
  for (const module of [file('link.so'), file('copy.so')]) {
    expect(await refusalOf(open(module, { environment }))).toContain('pkcs11-spy');
  }
});

it('a module that lies about its names is refused for its slot, which is no hardware device', async () => {
  const opening = open(liar(), { environment: asLiar(), allowNoHardwareFlag: false });
  const refusal = await refusalOf(opening);
  expect(refusal).toContain('CKF_HW_SLOT');
  expect(refusal).not.toMatch(/mapped|calls itself/);
});

it('a slot that sets no hardware flag is taken where the deployment says so, and health says it', async () => {
  const hsm = await open(liar(), { environment: asLiar() });
  try {
    expect(hsm.health().warnings).toContainEqual(expect.stringContaining('HSM_ALLOW_NO_HARDWARE_FLAG'));
  } finally {
    await hsm.close();
  }
});

describe('in a rehearsal', () => {
  const rehearse = async (module: string, changed: Partial<HsmSettings> = {}) =>
    await open(module, { softwareTokens: 'softhsm2', allowNoHardwareFlag: false, ...changed });

  it('SoftHSM2 is let in, and health says what it is', async () => {
    const hsm = await rehearse(token.module);
    try {
      expect(hsm.health().warnings).toContainEqual(expect.stringMatching(/SoftHSM2, .* a rehearsal/));
    } finally {
      await hsm.close();
    }
  });

  it.skipIf(spy === null)('a spy before it is refused', async () => {
    const environment = {
      ...token.environment,
      ...spyEnvironment({ module: token.module, log: file('rehearsed.log') }),
    };
    expect(await refusalOf(rehearse(spy ?? '', { environment }))).toContain('pkcs11-spy');
  });

  it('what does not say that it is SoftHSM2 must be hardware, as in production', async () => {
    const refusal = await refusalOf(rehearse(liar(), { environment: asLiar() }));
    expect(refusal).toContain('CKF_HW_SLOT');
  });
});

describe('in this process, where modules stay mapped', () => {
  const loaded: Cryptoki[] = [];
  beforeAll(() => Object.assign(process.env, { ...asLiar(), ...token.environment }));
  afterAll(() => loaded.forEach((cryptoki) => cryptoki.finalize()));

  function load(module: string): Cryptoki {
    const cryptoki = new Cryptoki(module);
    loaded.push(cryptoki);
    return cryptoki;
  }

  function checked(cryptoki: Cryptoki) {
    return tokenChecks({ cryptoki, slot: onlySlot(cryptoki, token.tokenLabel) });
  }

  it('a module whose file is gone is unknown: production refuses it, the check does not pass it', () => {
    const cryptoki = load(liar());
    rmSync(file('liar.so'));
    const { tokenLabel, registeredKeys } = token;
    const production = {
      softwareTokens: 'none',
      allowNoHardwareFlag: true,
      allowWeakEnforcement: false,
    } as const;
    const settings = { tokenLabel, registeredKeys, profile: 'softhsm2', ...production } as const;
    const noLogin = () => expect.unreachable('no login before it is known what the module is');
    expect(() => startToken(cryptoki, settings, noLogin)).toThrow(/liar\.so.* cannot be read \(ENOENT\)/);
    expect(checked(cryptoki)).toMatchObject([
      { check: 'hardware', result: 'unknown', detail: expect.stringContaining('liar.so') },
      { check: 'hardware slot', result: 'warning', detail: expect.stringContaining('CKF_HW_SLOT') },
    ]);
  });

  it('the check finds a software token that says of itself that it is none', () => {
    const cryptoki = load(changedModule('says-vendor.so', [OF_ITSELF]));
    cryptoki.initialize();
    expect(checked(cryptoki)[0]).toMatchObject({
      check: 'hardware',
      result: 'warning',
      detail: expect.stringMatching(/: Vendor .*SoftHSM2 is mapped .*says-vendor\.so/),
    });
  });
});
