import { variableNames } from '#libs/hsm';
import { developmentParts } from './production.js';
import { ConfigurationError, inheritedByHost, readSettings, type Environment } from './load-settings.js';
import { namedFileFaults } from './named-files.js';
import type { Settings } from './schema.js';
import { unknownSettings } from './unknown-settings.js';

export interface Configuration {
  readonly settings: Settings;
  /** Written when the log is there. */
  readonly warnings: readonly string[];
}

/**
 * Reads and checks everything that needs neither database nor HSM, before either is opened: a login before a refusal
 * would be wasted. Only this function reads the environment.
 *
 * @throws ConfigurationError with all faults at once
 */
export function loadConfiguration(environment: Environment = process.env): Configuration {
  // 1. Settings, secrets in files, rules about several settings.
  const { settings, sound, faults } = readSettings(environment);
  // 2. Variables that were probably meant as settings.
  const inherited = variableNames(environment['HSM_ENVIRONMENT'] ?? '');
  const unknown = unknownSettings(environment, [...inherited, ...(sound.IGNORED_VARIABLES ?? [])]);
  // 3. Files that settings name.
  const host = inheritedByHost({ HSM_ENVIRONMENT: sound.HSM_ENVIRONMENT ?? [] }, environment);
  const files = namedFileFaults(sound, host['SOFTHSM2_CONF']);
  // 4. Parts for development only.
  const all = [...faults, ...unknown.faults, ...files, ...developmentParts(sound)];
  if (settings === null || all.length > 0) throw new ConfigurationError(all);
  return { settings, warnings: unknown.warnings };
}
