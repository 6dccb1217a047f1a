import { readFileSync } from 'node:fs';
import { hostEnvironment } from '#libs/hsm';
import { SECRET_SETTINGS, settingsSchema, type Settings } from './schema.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** The configuration is wrong; the message names every fault at once, never a value. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';

  constructor(faults: readonly string[]) {
    super(
      `the configuration has ${faults.length} fault(s):\n${faults.map((fault) => `  - ${fault}`).join('\n')}`,
    );
  }
}

/** Reads and checks all settings. This is the only place that looks at the environment. */
export function loadSettings(environment: Environment = process.env): Settings {
  const faults: string[] = [];
  const given: Record<string, string | undefined> = { ...environment };
  for (const name of SECRET_SETTINGS) {
    const file = environment[`${name}_FILE`];
    if (file === undefined) continue;
    if (environment[name] !== undefined) faults.push(`${name} and ${name}_FILE are both set: choose one`);
    given[name] = readSecretFile(name, file, faults);
  }
  const parsed = settingsSchema.safeParse(given);
  if (parsed.success && faults.length === 0) return parsed.data;
  const invalid = parsed.success
    ? []
    : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new ConfigurationError([...faults, ...invalid]);
}

/** How the first and the last lines are written, known before anything else is: as JSON too, or for people. */
export function logFormat({ LOG_FORMAT, PINWARD_ENV }: Environment = process.env): 'json' | 'text' {
  const forPeople = PINWARD_ENV === 'development' || PINWARD_ENV === 'test';
  return LOG_FORMAT === 'text' || (LOG_FORMAT !== 'json' && forPeople) ? 'text' : 'json';
}

/** What the HSM host inherits: vendor libraries read variables of their own, and no others. */
export function inheritedByHost(
  { HSM_ENVIRONMENT: further }: Settings,
  environment: Environment = process.env,
): NodeJS.ProcessEnv {
  return hostEnvironment(environment, further);
}

function readSecretFile(name: string, file: string, faults: string[]): string | undefined {
  try {
    const text = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
    if (text.startsWith('\uFEFF'))
      faults.push(`${name}_FILE begins with a byte order mark: save it without one`);
    return text;
  } catch (fault) {
    const { code = 'no reason given' } = fault as NodeJS.ErrnoException;
    faults.push(`${name}_FILE cannot be read (${code})`);
    return undefined;
  }
}
