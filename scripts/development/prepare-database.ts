import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import type { DataSource } from 'typeorm';
import { z } from 'zod';
import { createDataSource, migrate, OWNER_ROLE, prepareRoles, SERVICE_ROLE } from '#libs/database';
import { isUsable, KEY_KINDS, type RegisteredKey } from '#libs/hsm';
import { readRegisteredKeys, registerNewKeys } from '#libs/keys';
import { runCommand } from '../terminal/run-command.js';
import { developmentClients } from './development-clients.js';

const DATABASE = 'pinward';

/** Comes on standard input: it is full of passwords, which belong neither into arguments nor into the environment. */
const requestSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('embedded'),
    superuserUrl: z.string(),
    ownerPassword: z.string(),
    servicePassword: z.string(),
    keysFile: z.string().optional(),
    clientsFile: z.string(),
  }),
  z.object({
    kind: z.literal('given'),
    ownerUrl: z.string(),
    serviceUrl: z.string(),
    keysFile: z.string().optional(),
    clientsFile: z.string(),
  }),
]);

/** What softhsm/set-up-token.ts writes; fingerprints in hexadecimal. */
const keysSchema = z.array(
  z.object({
    kind: z.enum(KEY_KINDS),
    generation: z.number().int().positive(),
    state: z.literal('current'),
    fingerprint: z.hex().length(64),
  }),
);

type Request = z.infer<typeof requestSchema>;
type Urls = { readonly ownerUrl: string; readonly serviceUrl: string };

/**
 * Roles (on the embedded server only), schema, the service's rights, the registered keys and the development clients.
 * Changes nothing the second time. Prints `{ "serviceUrl": …, "clients": …, "manifestPins": … }`: secrets, for the one
 * program that reads this output.
 */
async function prepareDatabase(): Promise<void> {
  const request = requestSchema.parse(JSON.parse(await text(process.stdin)));
  const { ownerUrl, serviceUrl } = request.kind === 'embedded' ? await prepareServer(request) : request;
  await using owner = await connect(ownerUrl);
  await migrate(owner.dataSource, { serviceRole: roleOf(serviceUrl) });
  if (request.keysFile !== undefined) await registerNewKeys(owner.dataSource, readKeys(request.keysFile));
  const clients = await developmentClients(owner.dataSource, request.clientsFile);
  const manifestPins = await pinsOf(owner.dataSource);
  process.stdout.write(JSON.stringify({ serviceUrl, clients, manifestPins }));
}

async function prepareServer(request: Extract<Request, { kind: 'embedded' }>): Promise<Urls> {
  const { superuserUrl, ownerPassword, servicePassword } = request;
  await using superuser = await connect(superuserUrl);
  await prepareRoles(superuser.dataSource, { ownerPassword, servicePassword, database: DATABASE });
  return {
    ownerUrl: urlOf(superuserUrl, OWNER_ROLE, ownerPassword),
    serviceUrl: urlOf(superuserUrl, SERVICE_ROLE, servicePassword),
  };
}

/** What apps pin: thumbprints of the manifest keys, the next one's as well. */
async function pinsOf(dataSource: DataSource): Promise<readonly string[]> {
  const keys = (await readRegisteredKeys(dataSource)).filter(({ kind }) => kind === 'manifest-signing');
  return keys.filter(isUsable).map(({ fingerprint }) => fingerprint.toString('base64url'));
}

async function connect(url: string) {
  const dataSource = await createDataSource(url, {
    poolSize: 2,
    applicationName: 'pinward-set-up',
    statementTimeoutMs: 0, // a migration takes as long as it takes
  }).initialize();
  return { dataSource, [Symbol.asyncDispose]: () => dataSource.destroy() };
}

function readKeys(file: string): RegisteredKey[] {
  const keys = keysSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  return keys.map((key) => ({ ...key, fingerprint: Buffer.from(key.fingerprint, 'hex'), expiresAt: null }));
}

function urlOf(server: string, role: string, password: string): string {
  const url = new URL(server);
  url.pathname = `/${DATABASE}`;
  url.username = role;
  url.password = password;
  return url.href;
}

function roleOf(url: string): string {
  return decodeURIComponent(new URL(url).username);
}

await runCommand(prepareDatabase);
