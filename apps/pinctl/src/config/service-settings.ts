import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { ClientCredentials } from '#libs/client/backend';
import { SecretText } from '#libs/secret-text';
import { askSecret } from '../terminal/ask-secret.js';
import { Refused } from '../terminal/refused.js';
import { terminal } from '../terminal/terminal.js';
import { CLIENT_SECRET, clientSecret, developmentFile, type Environment } from './settings.js';

/** Where a service is, and as which client it is called. */
export interface ServiceSettings {
  readonly baseUrl: string;
  /** PEM; the system's authorities when absent. */
  readonly ca: string | undefined;
  readonly credentials: ClientCredentials;
}

interface Given {
  readonly url?: string | undefined;
  readonly client?: string | undefined;
  readonly ca?: string | undefined;
}

const developmentSchema = z.object({
  baseUrl: z.string(),
  caFile: z.string(),
  clients: z.array(z.object({ clientId: z.string(), clientSecret: z.string(), scopes: z.array(z.string()) })),
});

/**
 * From the options, else from the environment; without either, the service of `npm start`.
 *
 * @param scope what the client of `npm start` must be allowed to do
 * @throws Refused that names what is missing
 */
export async function loadServiceSettings(
  given: Given,
  scope: string,
  environment: Environment = terminal().environment,
): Promise<ServiceSettings> {
  const baseUrl = given.url ?? environment['PINCTL_URL'];
  if (baseUrl === undefined) return developmentService(environment, scope);
  const clientId = given.client ?? environment['PINCTL_CLIENT_ID'];
  if (clientId === undefined) throw new Refused('no client: set --client or PINCTL_CLIENT_ID');
  const caFile = given.ca ?? environment['PINCTL_CA_FILE'];
  const known = clientSecret(environment);
  const secret =
    known === undefined ? await askSecret(`Secret of ${clientId}`, CLIENT_SECRET) : new SecretText(known);
  return {
    baseUrl,
    ca: caFile === undefined ? undefined : certificateIn(caFile),
    credentials: { clientId, clientSecret: () => secret.reveal(), scopes: [scope] },
  };
}

function developmentService(environment: Environment, scope: string): ServiceSettings {
  const file = developmentSchema.safeParse(developmentFile(environment));
  const client = file.data?.clients.find(({ scopes }) => scopes.includes(scope));
  if (!file.success || client === undefined)
    throw new Refused('no service: set --url or PINCTL_URL, or run npm start beside this');
  const { clientId, clientSecret: secret } = client;
  const credentials = { clientId, clientSecret: secret, scopes: [scope] };
  return { baseUrl: file.data.baseUrl, ca: certificateIn(file.data.caFile), credentials };
}

function certificateIn(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Refused(`${file} cannot be read`, { cause });
  }
}
