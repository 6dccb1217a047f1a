import { pathToFileURL } from 'node:url';
import { compiledFile } from '#libs/program-files';
import type { PinHsm } from './contract/pin-hsm.js';
import { HostSupervisor } from './host/host-supervisor.js';
import { HostedPinHsm } from './host/hosted-pin-hsm.js';
import type { HostSettings } from './host/messages.js';
import type { HsmSettings } from './settings.js';

/**
 * Starts the HSM host: it loads the module, logs in once and runs the start-up checks (docs/pin-envelope.md).
 *
 * @throws HsmMisconfigured naming key and attribute; then nothing is left running
 */
export async function openPinHsm(settings: HsmSettings): Promise<PinHsm> {
  const supervisor = await HostSupervisor.open({
    entry: settings.hostEntry ?? pathToFileURL(compiledFile('libs/hsm/src/host/host-main.js')),
    tokenPin: settings.tokenPin,
    environment: settings.environment,
    onLine: settings.onHostLine,
    hostSettings: () => hostSettings(settings),
  });
  return new HostedPinHsm(supervisor, settings);
}

async function hostSettings(settings: HsmSettings): Promise<HostSettings> {
  const { module, workers, weakPins, tokenLabel, profile, allowWeakEnforcement, libraryParameters } =
    settings;
  const registeredKeys = await settings.registeredKeys();
  const {
    profileChanges,
    softwareTokens = 'any',
    allowNoHardwareFlag = false,
    allowLowPinCount = false,
  } = settings;
  const token = {
    tokenLabel,
    profile,
    profileChanges,
    allowWeakEnforcement,
    softwareTokens,
    allowNoHardwareFlag,
    allowLowPinCount,
    registeredKeys,
  };
  return {
    module,
    workers,
    weakPins,
    softHsmConfiguration: settings.environment?.['SOFTHSM2_CONF'],
    token: libraryParameters === undefined ? token : { ...token, libraryParameters },
  };
}
