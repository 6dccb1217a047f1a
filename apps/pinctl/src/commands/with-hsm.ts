import type { DataSource } from 'typeorm';
import { EVALUATION_WINDOW_MS, openPinHsm, TokenPin, type PinHsm } from '#libs/hsm';
import { readRegisteredKeys, reserveSeals } from '#libs/keys';
import { askedPins } from '../ceremony.js';
import { inheritedByHost, isHsmConfigured, loadHsmSettings } from '../config/hsm-settings.js';

const WORKERS = 2;
const QUEUE = 64;

/** The HSM as the service uses it, as the service's user. */
export async function withHsm<Result>(
  dataSource: DataSource,
  work: (hsm: PinHsm) => Promise<Result>,
): Promise<Result> {
  const settings = loadHsmSettings();
  const pin = (await askedPins(settings, ['service']))('service');
  const { pins: _, profile, ...token } = settings;
  const hsm = await openPinHsm({
    ...token,
    profile,
    tokenPin: new TokenPin(pin.reveal()),
    workers: WORKERS,
    queueCapacity: QUEUE,
    weakPins: [],
    allowWeakEnforcement: false,
    evaluationWindowMs: EVALUATION_WINDOW_MS[profile],
    registeredKeys: () => readRegisteredKeys(dataSource),
    reserveSeals: (key, amount) => reserveSeals(dataSource, key, amount),
    environment: inheritedByHost(),
  });
  try {
    return await work(hsm);
  } finally {
    await hsm.close();
  }
}

/** If no HSM is configured or wanted, the work runs with null, and must report that. */
export async function withHsmIfAny<Result>(
  dataSource: DataSource,
  { hsm: isWanted }: { readonly hsm?: boolean },
  work: (hsm: PinHsm | null) => Promise<Result>,
): Promise<Result> {
  return isWanted === false || !isHsmConfigured() ? await work(null) : await withHsm(dataSource, work);
}
