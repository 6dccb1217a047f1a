import { copyFileSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HsmMisconfigured, openPinHsm, type HsmSettings, type PinHsm } from '#libs/hsm';
import { hostPids } from '../support/host-pids.js';
import { buildShim, shimEnvironment } from '../support/shim.js';
import { findSpy, spyEnvironment } from '../support/spy.js';
import { HOST_ENTRY, makeTestToken, type TestToken } from '../support/token.js';

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
    ...{ module, tokenLabel, tokenPin, environment, profile: 'softhsm2', hostEntry: HOST_ENTRY },
    ...{ workers: 1, queueCapacity: 4, weakPins: [], evaluationWindowMs: 10_000 },
    ...{ allowWeakEnforcement: false, refuseSoftwareToken: true, allowNoHardwareFlag: true },
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
  const lies: readonly (readonly [string, string])[] = [
    // Its model is no string of the file: the compiler writes these eight letters and the rest apart.
    ['SoftHSM ', 'Vendor  '],
    ['SOFTHSM2_CONF', 'VENDORS2_CONF'],
  ];
  const bytes = readFileSync(token.module);
  for (const [from, to] of lies) {
    for (let at = bytes.indexOf(from); at >= 0; at = bytes.indexOf(from, at)) bytes.write(to, at, 'latin1');
  }
  writeFileSync(file('liar.so'), bytes);
  return file('liar.so');
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
