import { expect, it } from 'vitest';
import { VENDOR_PROFILE_NAMES } from '#libs/hsm';
import { evaluationWindowMs, hsmWorkers, importHsmWorkers, webhookPorts } from './defaults.js';
import type { Settings } from './schema.js';

const settings = (given: Partial<Settings>) => given as Settings;

it('an evaluation may take as long as the documented failover of its HSM', () => {
  const windows = VENDOR_PROFILE_NAMES.map((PKCS11_PROFILE) => [
    PKCS11_PROFILE,
    evaluationWindowMs(settings({ PKCS11_PROFILE })),
  ]);
  expect(Object.fromEntries(windows)).toEqual({
    softhsm2: 10_000,
    nss: 10_000,
    luna: 45_000,
    utimaco: 20_000,
    cloudhsm: 20_000,
    nshield: 20_000,
  });
  const shorter = settings({ PKCS11_PROFILE: 'luna', PIN_EVALUATION_WINDOW_MS: 5_000 });
  expect(evaluationWindowMs(shorter)).toBe(5_000);
});

it('a network HSM gets more workers than this machine has processors', () => {
  expect(hsmWorkers(settings({ PKCS11_PROFILE: 'utimaco' }))).toBe(16);
  expect(hsmWorkers(settings({ PKCS11_PROFILE: 'utimaco', HSM_WORKERS: 3 }))).toBe(3);
});

it('imports get a quarter of the workers, and one at least', () => {
  const workers = (given: Partial<Settings>) =>
    importHsmWorkers(settings({ PKCS11_PROFILE: 'luna', ...given }));
  expect([workers({}), workers({ HSM_WORKERS: 7 }), workers({ HSM_WORKERS: 1 })]).toEqual([4, 1, 1]);
  expect(workers({ CARD_IMPORT_HSM_WORKERS: 9 })).toBe(9);
});

it('webhooks go to port 443 alone in production, to any elsewhere, and to those listed everywhere', () => {
  expect(webhookPorts({ PINWARD_ENV: 'production' })).toEqual([443]);
  expect(webhookPorts({ PINWARD_ENV: 'development' })).toBeNull();
  expect(webhookPorts({ PINWARD_ENV: 'production', WEBHOOK_PORTS: ['8443', '443'] })).toEqual([8443, 443]);
});
