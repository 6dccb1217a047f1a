import { afterAll, beforeAll } from 'vitest';
import { openPinHsm, type VendorProfileName } from '#libs/hsm';
import { FakeHsm } from '../support/fake-hsm.js';
import { orderNssToken, orderSoftHsmToken, STANDARD_KEYS, type KeyOrder } from '../rigs/ordered-token.js';
import { HOST_ENTRY, type TestToken } from '../rigs/token.js';
import {
  describeHsmContract,
  QUEUE_CAPACITY,
  WEAK_PINS,
  withCurrent,
  type HsmUnderTest,
} from './contract-suite.js';

const KEYS: readonly KeyOrder[] = [
  ...STANDARD_KEYS,
  { kind: 'pin-wrapping', generation: 2, rsaBits: 2048, by: 'officer' },
];

const nss = await orderNssToken(KEYS);
const softHsm = await orderSoftHsmToken(KEYS);
let fake: FakeHsm;

beforeAll(async () => {
  fake = await FakeHsm.open({ weakPins: WEAK_PINS, queueCapacity: QUEUE_CAPACITY });
});
afterAll(async () => {
  await Promise.all([nss?.remove(), softHsm.remove()]);
});

describeHsmContract('the fake', () => ({
  algorithm: 'RSA-OAEP',
  open: async ({ currentWrapping }) => fake.rotated(currentWrapping),
}));

describeHsmContract('SoftHSM2', () => hostedHsm(softHsm, 'softhsm2'));

const noNss = nss === null ? 'libnss3 and libnss3-tools are not installed' : null;
describeHsmContract('NSS softokn', () => hostedHsm(nss, 'nss'), { skip: noNss });

function hostedHsm(token: TestToken | null, profile: VendorProfileName): HsmUnderTest {
  if (token === null) throw new Error('there is no such token');
  return {
    algorithm: profile === 'nss' ? 'RSA-OAEP-256' : 'RSA-OAEP',
    open: ({ currentWrapping }) =>
      openPinHsm({
        ...token,
        profile,
        workers: 2,
        queueCapacity: QUEUE_CAPACITY,
        allowWeakEnforcement: profile === 'nss',
        weakPins: WEAK_PINS,
        evaluationWindowMs: 10_000,
        registeredKeys: async () => withCurrent(token.registeredKeys, currentWrapping),
        reserveSeals: async () => undefined,
        hostEntry: HOST_ENTRY,
      }),
  };
}
