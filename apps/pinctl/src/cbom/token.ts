import type { TransportAlgorithm } from '#libs/hsm';
import { CeremonyToken, type KeyFacts } from '#libs/key-ceremony';
import type { ListedKey } from '#libs/keys';
import { askedPins } from '../ceremony.js';
import { isHsmConfigured, loadHsmSettings } from '../config/hsm-settings.js';
import { properties, type Component } from './cyclonedx.js';

export interface SeenToken {
  readonly module: Component;
  readonly device: Component;
  readonly isSoftware: boolean;
  readonly transportAlgorithm: TransportAlgorithm;
  readonly facts: ReadonlyMap<string, KeyFacts | null>;
}

/** Logs in as the user who makes keys, and reads attributes alone. @returns null where no HSM is configured or wanted */
export async function seenToken(
  keys: readonly ListedKey[],
  { hsm: isWanted }: { readonly hsm?: boolean },
): Promise<SeenToken | null> {
  if (isWanted === false || !isHsmConfigured()) return null;
  const settings = loadHsmSettings();
  const pins = await askedPins(settings, ['user']);
  using token = new CeremonyToken(settings, pins);
  const { isSoftware, transportAlgorithm, moduleInfo, info } = token;
  const facts = token.facts(keys);
  return {
    isSoftware,
    transportAlgorithm,
    facts: new Map(keys.map(({ key }, index) => [key, facts[index] ?? null])),
    module: {
      type: 'library',
      'bom-ref': 'library/pkcs11-module',
      name: moduleInfo.description,
      version: moduleInfo.version,
      manufacturer: { name: moduleInfo.manufacturer },
      properties: properties({ 'cryptoki-version': moduleInfo.cryptokiVersion, profile: settings.profile }),
    },
    device: {
      type: 'device',
      'bom-ref': 'device/hsm',
      name: info.model,
      version: info.firmware,
      manufacturer: { name: info.manufacturer },
      properties: properties({
        'token-label': info.label,
        'serial-number': info.serialNumber,
        'software-token': String(isSoftware),
      }),
    },
  };
}
