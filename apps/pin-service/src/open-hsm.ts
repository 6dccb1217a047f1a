import { readFile } from 'node:fs/promises';
import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import {
  openPinHsm,
  parseProfileChanges,
  TokenPin,
  type OnOperation,
  type PinHsm,
  type ProfileChanges,
} from '#libs/hsm';
import { readRegisteredKeys, reserveSeals } from '#libs/keys';
import type { Policy } from '#libs/policy';
import { hsmWorkers } from './config/defaults.js';
import { inheritedByHost } from './config/load-settings.js';
import type { Settings } from './config/schema.js';
import { StartRefused } from './start-refused.js';

const SOFTWARE_TOKENS = {
  development: 'any',
  test: 'any',
  rehearsal: 'softhsm2',
  production: 'none',
} as const;
/** A vendor's library may write long lines. */
const HOST_LINE_AT_MOST = 500;
const logger = new Logger('HsmHost');

/** Opens the HSM host; its start-up checks stop the service when a key is wrong. */
export async function openHsm(
  settings: Settings,
  dataSource: DataSource,
  { policy, onOperation }: { readonly policy: Policy; readonly onOperation?: OnOperation },
): Promise<PinHsm> {
  return await openPinHsm({
    module: settings.PKCS11_MODULE,
    profile: settings.PKCS11_PROFILE,
    profileChanges: await profileChanges(settings),
    tokenLabel: settings.PKCS11_TOKEN_LABEL,
    tokenPin: new TokenPin(settings.PKCS11_TOKEN_PIN.reveal()),
    workers: hsmWorkers(settings),
    queueCapacity: settings.HSM_QUEUE_CAPACITY,
    lagMs: settings.HSM_LAG_MS,
    allowWeakEnforcement: settings.HSM_ALLOW_WEAK_ENFORCEMENT,
    softwareTokens: SOFTWARE_TOKENS[settings.PINWARD_ENV],
    allowNoHardwareFlag: settings.HSM_ALLOW_NO_HARDWARE_FLAG,
    allowLowPinCount: settings.HSM_ALLOW_LOW_PIN_COUNT,
    weakPins: policy.weakPins,
    evaluationWindowMs: policy.pinEvaluationWindowMs,
    registeredKeys: () => readRegisteredKeys(dataSource),
    reserveSeals: (key, amount) => reserveSeals(dataSource, key, amount),
    environment: inheritedByHost(settings),
    onOperation,
    onHostLine: (line) => logger.warn(line.slice(0, HOST_LINE_AT_MOST)),
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
