import { hostEnvironment } from '#libs/hsm';
import { readSecretText, secretFileFault } from '#libs/secret-text';
import { SECRET_SETTINGS, settingsSchema, type Settings } from './schema.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The configuration is wrong; the message names every fault at once, never a value. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';

  constructor(readonly faults: readonly string[]) {
    super(
      `the configuration has ${faults.length} fault(s):\n${faults.map((fault) => `  - ${fault}`).join('\n')}`,
    );
  }
}

export interface ReadSettings {
  /** Null if there are faults. */
  readonly settings: Settings | null;
  /** The settings without a fault of their own, whatever else is wrong. */
  readonly sound: Partial<Settings>;
  readonly faults: readonly string[];
}

/** The settings themselves, without the files that they name (loadConfiguration). @throws ConfigurationError */
export function loadSettings(environment: Environment): Settings {
  const { settings, faults } = readSettings(environment);
  if (settings === null) throw new ConfigurationError(faults);
  return settings;
}

export function readSettings(environment: Environment): ReadSettings {
  const faults: string[] = [];
  const given: Record<string, string | undefined> = { ...environment };
  const unread = new Set<string>();
  for (const name of SECRET_SETTINGS) {
    const file = environment[`${name}_FILE`];
    if (file === undefined) continue;
    if (environment[name] !== undefined) faults.push(`${name} and ${name}_FILE are both set: choose one`);
    given[name] = readSecret(name, file, faults);
    if (given[name] === undefined) unread.add(name);
  }
  const parsed = settingsSchema.safeParse(given);
  for (const { path, message } of parsed.error?.issues ?? []) {
    // The reason why it cannot be read is reported already.
    if (!unread.has(String(path[0]))) faults.push(`${path.join('.')}: ${message}`);
  }
  const settings = parsed.success && faults.length === 0 ? parsed.data : null;
  return { settings, sound: settings ?? soundSettings(given), faults };
}

function soundSettings(given: Environment): Partial<Settings> {
  return Object.fromEntries(
    Object.entries(settingsSchema.shape).flatMap(([name, schema]) => {
      const parsed = schema.safeParse(given[name]);
      return parsed.success ? [[name, parsed.data]] : [];
    }),
  );
}

/** The form of the first and the last lines, before anything else is known: also JSON, or for people. */
export function logFormat({ LOG_FORMAT, PINWARD_ENV }: Environment = process.env): 'json' | 'text' {
  const forPeople = PINWARD_ENV === 'development' || PINWARD_ENV === 'test';
  return LOG_FORMAT === 'text' || (LOG_FORMAT !== 'json' && forPeople) ? 'text' : 'json';
}

/** What the HSM host inherits: only the variables that vendor libraries read. */
export function inheritedByHost(
  { HSM_ENVIRONMENT: further }: Pick<Settings, 'HSM_ENVIRONMENT'>,
  environment: Environment = process.env,
): NodeJS.ProcessEnv {
  return hostEnvironment(environment, further);
}

function readSecret(name: string, file: string, faults: string[]): string | undefined {
  try {
    const text = readSecretText(file);
    if (text.startsWith('\uFEFF'))
      faults.push(`${name}_FILE begins with a byte order mark: save it without one`);
    return text;
  } catch (fault) {
    faults.push(`${name}_FILE ${secretFileFault(fault)}`);
    return undefined;
  }
}
