import { readFileSync } from 'node:fs';
import { CLIENT_METHODS, type ClientMethod, type ClientView, type NewKeys } from '#libs/api-clients';
import { withRegistries } from '../registries.js';
import { requestContext } from '../request-context.js';
import { confirm } from '../terminal/confirm.js';
import { print } from '../terminal/print.js';
import { Refused } from '../terminal/refused.js';
import { table } from '../terminal/table.js';
import { refuseUnlessFirst } from './first-operators.js';

interface Options {
  readonly tenant: string;
  readonly json?: true;
}

/** How keys or certificates are given on the command line. */
export interface KeyOptions {
  readonly keysFile?: string;
  readonly keysUrl?: string;
  readonly certificateFile?: readonly string[];
}

interface DemandOptions extends Options {
  readonly method: readonly string[];
  readonly senderConstrained?: true;
  readonly from?: string;
  readonly reason: string;
}

/** @returns undefined where none was given. @throws Refused for a file that cannot be read */
export function keysAsked({ keysFile, keysUrl, certificateFile }: KeyOptions): NewKeys | undefined {
  const jwks = keysFile === undefined ? undefined : keySetIn(keysFile);
  const certificates = certificateFile?.map((file) => textOf('--certificate-file', file));
  const given = { jwks, jwksUri: keysUrl, certificates };
  return Object.values(given).every((one) => one === undefined) ? undefined : given;
}

export async function rotateKeys(clientId: string, options: Options & KeyOptions): Promise<void> {
  const keys = keysAsked(options);
  if (keys === undefined) throw new Refused('give --keys-file, --keys-url or --certificate-file');
  const { tenant, json } = options;
  await withRegistries(async (registries) => {
    const path = `/v1/admin/clients/${clientId}/rotate-keys`;
    await refuseUnlessFirst(registries, { tenant, path, scopes: ['ops:clients'] });
    const { body } = await registries.keys.replace(requestContext(tenant), clientId, keys);
    printKeys(json, body, `Client ${clientId} has other keys.`);
  });
}

export async function withdrawMethod(
  clientId: string,
  asked: string,
  { tenant, json, yes }: Options & { readonly yes?: true },
): Promise<void> {
  const method = methodNamed(asked);
  await withRegistries(async ({ clients, keys }) => {
    await clients.read(tenant, clientId);
    if (yes !== true) await confirm(`Client ${clientId} will not be let in by ${method} any more.`, clientId);
    const { body } = await keys.withdraw(requestContext(tenant), clientId, method);
    print(json, body, `Client ${clientId} proves itself by ${method} no longer.`);
  });
}

export async function showDemands({ tenant, json }: Options): Promise<void> {
  await withRegistries(async ({ demands }) => {
    const { methods, senderConstrained } = await demands.inForce(tenant);
    const history = await demands.list(tenant);
    const rows = history.map((demand) => [
      demand.validFrom,
      demand.methods.join(' '),
      demand.senderConstrained ? 'bound' : 'any',
      demand.setBy,
      demand.reason,
    ]);
    const holds = `Clients prove themselves by ${methods.join(', ')}; tokens: ${senderConstrained ? 'bound' : 'any'}.`;
    const shown = table(['FROM', 'METHODS', 'TOKENS', 'BY', 'REASON'], rows);
    print(json, { methods, senderConstrained, history }, `${holds}\n\n${shown}`);
  });
}

export async function makeDemand(options: DemandOptions): Promise<void> {
  const { tenant, json, senderConstrained = false, from, reason } = options;
  const methods = options.method.map((method) => methodNamed(method));
  const validFrom = from === undefined ? undefined : new Date(from);
  if (validFrom !== undefined && Number.isNaN(validFrom.getTime()))
    throw new Refused('--from must be a time such as 2027-01-01T00:00:00Z');
  await withRegistries(async (registries) => {
    const path = '/v1/admin/client-demands';
    await refuseUnlessFirst(registries, { tenant, path, scopes: ['ops:policy'] });
    const asked = { demand: { methods, senderConstrained, validFrom }, reason };
    const { body } = await registries.demands.change(requestContext(tenant), asked);
    print(json, body, `From ${body.validFrom} on clients prove themselves by ${body.methods.join(', ')}.`);
  });
}

/** Age of what is to be replaced first, of a client with a secret or keys; empty where that is not known here. */
export function oldestAge({ secrets, keys }: ClientView): string {
  const ages = [secrets[0]?.ageDays, ...current(keys).map(({ ageDays }) => ageDays)];
  const known = ages.filter((age) => age !== undefined);
  return known.length === 0 ? '' : `${Math.max(...known)} d`;
}

/** In which ways a client can prove itself. */
export function methodsOf({ secrets, keys }: ClientView): string {
  const held = [...(secrets.length > 0 ? ['client_secret'] : []), ...keys.map(({ method }) => method)];
  return [...new Set(held)].join(' ');
}

function current(keys: ClientView['keys']): ClientView['keys'] {
  return keys.filter(({ expiresAt }) => expiresAt === undefined);
}

export function printKeys(json: true | undefined, client: ClientView, done: string): void {
  const rows = client.keys.map(({ method, kids, jwksUri, thumbprints, expiresAt = '' }) => [
    method,
    kids?.join(' ') ?? jwksUri ?? thumbprints?.join(' ') ?? '',
    expiresAt,
  ]);
  print(json, client, `${done}\n\n${table(['METHOD', 'KEYS', 'WORKS UNTIL'], rows)}`);
}

function methodNamed(text: string): ClientMethod {
  const method = CLIENT_METHODS.find((known) => known === text);
  if (method === undefined) throw new Refused(`${text} is none of ${CLIENT_METHODS.join(', ')}`);
  return method;
}

function keySetIn(file: string): { readonly keys: readonly unknown[] } {
  try {
    const set: unknown = JSON.parse(textOf('--keys-file', file));
    if (typeof set === 'object' && set !== null && 'keys' in set && Array.isArray(set.keys))
      return { keys: set.keys };
  } catch (cause) {
    if (cause instanceof Refused) throw cause;
  }
  throw new Refused('--keys-file holds no JWK set: {"keys":[…]}');
}

function textOf(option: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Refused(`${option} cannot be read`, { cause });
  }
}
