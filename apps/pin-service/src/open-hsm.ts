import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import type { DataSource } from 'typeorm';
import { readRegisteredKeys } from '#libs/database';
import { DEFAULT_WEAK_PINS, openPinHsm, TokenPin, type PinHsm } from '#libs/hsm';
import type { Settings } from './config/schema.js';
import { StartRefused } from './start-refused.js';

/** Opens the HSM host; its start-up checks stop the service when a key is not as it must be. */
export async function openHsm(settings: Settings, dataSource: DataSource): Promise<PinHsm> {
  return await openPinHsm({
    module: settings.PKCS11_MODULE,
    profile: settings.PKCS11_PROFILE,
    tokenLabel: settings.PKCS11_TOKEN_LABEL,
    tokenPin: new TokenPin(settings.PKCS11_TOKEN_PIN.reveal()),
    workers: settings.HSM_WORKERS ?? availableParallelism(),
    queueCapacity: settings.HSM_QUEUE_CAPACITY,
    allowWeakEnforcement: settings.HSM_ALLOW_WEAK_ENFORCEMENT,
    weakPins: await weakPins(settings),
    evaluationWindowMs: settings.PIN_EVALUATION_WINDOW_MS,
    registeredKeys: () => readRegisteredKeys(dataSource),
  });
}

/** One PIN of 4 to 12 digits a line; empty lines and lines that begin with # are passed over. */
async function weakPins({ PIN_WEAK_LIST_FILE: file }: Settings): Promise<readonly string[]> {
  if (file === undefined) return DEFAULT_WEAK_PINS;
  const lines = (await readFile(file, 'utf8')).split(/\r?\n/).map((line) => line.trim());
  const pins = lines.filter((line) => line !== '' && !line.startsWith('#'));
  const wrong = pins.findIndex((pin) => !/^\d{4,12}$/.test(pin));
  if (wrong >= 0)
    throw new StartRefused(`PIN_WEAK_LIST_FILE: entry ${wrong + 1} is not a PIN of 4 to 12 digits`);
  return pins;
}
