import { SECRET_SETTINGS, settingsSchema } from './schema.js';
import type { Environment } from './load-settings.js';

const SETTINGS = [
  ...Object.keys(settingsSchema.shape),
  ...SECRET_SETTINGS.map((name) => `${name}_FILE`),
] as const;

/** Read by the launcher, by pinctl or by npm start: all of them may share one environment. */
const OTHERS = [
  'PINWARD_NODE',
  'PINWARD_VAR_DIR',
  'PINWARD_NO_APT',
  'PINWARD_EVIDENCE',
  'PINWARD_TEST_REPORT',
  ...['PINCTL_URL', 'PINCTL_CLIENT_ID', 'PINCTL_CA_FILE'],
  ...['MIGRATION_DATABASE_URL', 'PKCS11_SO_PIN', 'PKCS11_SERVICE_PIN', 'PINCTL_CLIENT_SECRET'].flatMap(
    (name) => [name, `${name}_FILE`],
  ),
];

/** Prefixes that few other programs use. A variable with such a prefix that is no setting is reported. */
const OURS =
  /^(PINWARD|PINCTL|PIN|PKCS11|HSM|OTP|OIDC|AUDIT|CARD_IMPORT|CONSOLE|WEBHOOK|RATE_LIMIT|CLIENT_SECRET|UNREADABLE|WEAK_PIN|TRUSTED_PROX|SHUTDOWN|UNLOCK|APPROVAL|ALARM)/;

/** Kubernetes sets these for each service of a namespace, and a service may be called redis or pinward. */
const SERVICE_LINK = /_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)$/;
const SERVICE_URL = /^(tcp|udp|sctp):\/\//;

/** Shorter names, such as HOST and PORT, resemble half of a shell's variables. */
const SHORTEST_NEAR = 8;
const TOLD_AT_MOST = 4;

export interface UnknownSettings {
  /** Probably meant as a setting: if it were ignored, an intended limit would not hold. */
  readonly faults: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Variables that are no setting. A name that is similar to a setting's is refused, with that name. A name with a
 * settings prefix is reported, since another version or another program may read it.
 *
 * @param ignored names of other programs' variables (IGNORED_VARIABLES, and HSM_ENVIRONMENT)
 */
export function unknownSettings(environment: Environment, ignored: readonly string[]): UnknownSettings {
  const known = new Set<string>([...SETTINGS, ...OTHERS, ...ignored]);
  const faults: string[] = [];
  const warnings: string[] = [];
  for (const [name, value] of Object.entries(environment)) {
    if (known.has(name) || SERVICE_LINK.test(name) || SERVICE_URL.test(value ?? '')) continue;
    const fault = faultOf(name);
    if (fault !== null) faults.push(`${name} is no setting: ${fault}`);
    else if (OURS.test(name))
      warnings.push(`${name} is no setting of this version: it changes nothing${alike(name)}`);
  }
  return { faults, warnings };
}

function faultOf(name: string): string | null {
  const upper = name.toUpperCase().replaceAll('-', '_');
  const [near] = SETTINGS.filter((setting) => isNear(upper, setting)).toSorted(
    (a, b) => distance(upper, a) - distance(upper, b),
  );
  if (near !== undefined)
    return `did you mean ${near}? If it is another program's, name it in IGNORED_VARIABLES`;
  const base = upper.replace(/_FILE$/, '');
  return base !== upper && SETTINGS.includes(base) ? `${base} is not given as a file` : null;
}

/** Two letters wrong; or three, if more than half of the name is right. */
function isNear(name: string, setting: string): boolean {
  if (setting.length < SHORTEST_NEAR) return false;
  const away = distance(name, setting);
  return away <= 2 || (away === 3 && commonStart(name, setting) > setting.length / 2);
}

function alike(name: string): string {
  const longest = Math.max(...SETTINGS.map((setting) => commonStart(name, setting)));
  const family = name.indexOf('_') + 1;
  if (longest <= Math.max(family, 3)) return '';
  const settings = SETTINGS.filter((setting) => commonStart(name, setting) === longest);
  return `; settings that begin so: ${settings.slice(0, TOLD_AT_MOST).join(', ')}`;
}

function commonStart(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return length;
}

/** Levenshtein distance: letters to add, remove or change. */
function distance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [row, letter] of [...a].entries()) {
    const line = [row + 1];
    for (const [column, other] of [...b].entries()) {
      const changed = (above[column] ?? 0) + (letter === other ? 0 : 1);
      line.push(Math.min(changed, (above[column + 1] ?? 0) + 1, (line[column] ?? 0) + 1));
    }
    above = line;
  }
  return above[b.length] ?? 0;
}
