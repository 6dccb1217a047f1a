import { readFile } from 'node:fs/promises';
import type { DataSource } from 'typeorm';
import { readRegisteredKeys, reserveSeals } from '#libs/database';
import {
  datePins,
  DEFAULT_WEAK_PINS,
  openPinHsm,
  parseProfileChanges,
  TokenPin,
  WEAK_PINS_PER_LENGTH,
  type PinHsm,
  type ProfileChanges,
} from '#libs/hsm';
import { isPin, PIN_MAX_LENGTH, PIN_MIN_LENGTH } from '#libs/pin-block';
import { evaluationWindowMs, hsmWorkers } from './config/hsm-defaults.js';
import { inheritedByHost } from './config/load-settings.js';
import type { Settings } from './config/schema.js';
import { StartRefused } from './start-refused.js';

/** Opens the HSM host; its start-up checks stop the service when a key is not as it must be. */
export async function openHsm(settings: Settings, dataSource: DataSource): Promise<PinHsm> {
  return await openPinHsm({
    module: settings.PKCS11_MODULE,
    profile: settings.PKCS11_PROFILE,
    profileChanges: await profileChanges(settings),
    tokenLabel: settings.PKCS11_TOKEN_LABEL,
    tokenPin: new TokenPin(settings.PKCS11_TOKEN_PIN.reveal()),
    workers: hsmWorkers(settings),
    queueCapacity: settings.HSM_QUEUE_CAPACITY,
    allowWeakEnforcement: settings.HSM_ALLOW_WEAK_ENFORCEMENT,
    refuseSoftwareToken: settings.PINWARD_ENV === 'production',
    allowNoHardwareFlag: settings.HSM_ALLOW_NO_HARDWARE_FLAG,
    weakPins: [...new Set([...(await weakPins(settings)), ...datePins(settings.PIN_WEAK_DATES)])],
    evaluationWindowMs: evaluationWindowMs(settings),
    registeredKeys: () => readRegisteredKeys(dataSource),
    reserveSeals: (key, amount) => reserveSeals(dataSource, key, amount),
    environment: inheritedByHost(settings),
  });
}

async function profileChanges({ PKCS11_PROFILE_FILE: file }: Settings): Promise<ProfileChanges | undefined> {
  if (file === undefined) return undefined;
  try {
    return parseProfileChanges(await readFile(file, 'utf8'));
  } catch (fault) {
    throw new StartRefused(
      `PKCS11_PROFILE_FILE: ${fault instanceof Error ? fault.message : 'cannot be read'}`,
    );
  }
}

/** One PIN of 4 to 12 digits a line; empty lines and lines that begin with # are passed over. */
async function weakPins({ PIN_WEAK_LIST_FILE: file }: Settings): Promise<readonly string[]> {
  if (file === undefined) return DEFAULT_WEAK_PINS;
  const lines = (await readFile(file, 'utf8')).split(/\r?\n/).map((line) => line.trim());
  const entries = lines.filter((line) => line !== '' && !line.startsWith('#'));
  const wrong = entries.findIndex((entry) => !isPin(entry));
  if (wrong >= 0) {
    throw new StartRefused(`PIN_WEAK_LIST_FILE: entry ${wrong + 1} is not a PIN of 4 to 12 digits`);
  }
  const pins = [...new Set(entries)];
  // Each entry is some operations of the HSM for every card that gets a PIN.
  for (let length = PIN_MIN_LENGTH; length <= PIN_MAX_LENGTH; length += 1) {
    const count = pins.filter((pin) => pin.length === length).length;
    if (count <= WEAK_PINS_PER_LENGTH) continue;
    const limit = `at most ${WEAK_PINS_PER_LENGTH} entries a length`;
    throw new StartRefused(`PIN_WEAK_LIST_FILE: ${count} PINs of ${length} digits, ${limit}`);
  }
  return pins;
}
