import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { DataSource } from 'typeorm';
import {
  CARD_APP_SCOPES,
  ClientRegistry,
  DEVELOPMENT_CLIENT_PREFIX,
  OPERATOR_SCOPES,
  PersonRegistry,
  type NewClient,
} from '#libs/api-clients';
import type { RequestContext } from '#libs/requests';
import { writePrivateFile } from './private-file.js';

/** A client in var/dev.json. */
export interface DevelopmentClient {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes: readonly string[];
}

type Secrets = Readonly<Record<string, string>>;

/** The callers of the development service: a card app, and two operators, since some steps take two persons. */
const WANTED: readonly NewClient[] = [
  { clientId: `${DEVELOPMENT_CLIENT_PREFIX}card-app`, scopes: CARD_APP_SCOPES },
  ...['operator-1', 'operator-2'].map((person) => ({
    clientId: `${DEVELOPMENT_CLIENT_PREFIX}${person}`,
    scopes: OPERATOR_SCOPES,
    person,
  })),
];

/**
 * The development clients with working secrets: those in the file while they work, otherwise new ones, which are
 * written to it.
 *
 * @param file JSON object of secrets by client id (0600)
 */
export async function developmentClients(dataSource: DataSource, file: string): Promise<DevelopmentClient[]> {
  const clients = new ClientRegistry(dataSource, {
    secretOverlapHours: 1,
    secretMaxAgeDays: 90,
    refuseOldSecrets: false,
    allowAnyAddress: true,
  });
  const persons = new PersonRegistry(dataSource);
  const known = readSecrets(file);
  const ready: DevelopmentClient[] = [];
  for (const client of WANTED) {
    const clientSecret = await workingSecret({ clients, persons }, client, known[client.clientId]);
    ready.push({ clientId: client.clientId, clientSecret, scopes: client.scopes });
  }
  const secrets = Object.fromEntries(ready.map(({ clientId, clientSecret }) => [clientId, clientSecret]));
  writePrivateFile(file, `${JSON.stringify(secrets)}\n`);
  return ready;
}

/** Also one from an earlier start. */
async function knownPerson(persons: PersonRegistry, name: string): Promise<void> {
  const known = await persons.list('default');
  if (!known.some((person) => person.name === name)) await persons.register(setUpContext(), name);
}

async function workingSecret(
  { clients, persons }: { readonly clients: ClientRegistry; readonly persons: PersonRegistry },
  client: NewClient,
  known: string | undefined,
): Promise<string> {
  const { clientId } = client;
  const fromHere = { mayCallFromHere: () => true };
  if (known !== undefined && (await clients.authenticate(clientId, known, fromHere)) !== null) return known;
  const exists = (await clients.find('default', clientId)) !== null;
  if (!exists && client.person) await knownPerson(persons, client.person);
  const { secret } = exists
    ? await clients.rotateSecret(setUpContext(), clientId)
    : await clients.create(setUpContext(), client);
  return secret.reveal();
}

/** Each is its own request: nothing here is repeated under one id. */
function setUpContext(): RequestContext {
  return {
    tenantId: 'default',
    clientId: 'npm-start',
    subject: 'npm-start',
    sourceAddress: '127.0.0.1',
    requestId: randomUUID(),
    claim: { key: randomBytes(32), fingerprint: null },
  };
}

function readSecrets(file: string): Secrets {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Secrets) : {};
}
