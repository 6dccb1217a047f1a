import { clientView, type ApiClient, type IssuedSecret } from '#libs/api-clients';
import { withRegistries, type Registries } from '../registries.js';
import { requestContext } from '../request-context.js';
import { confirm } from '../terminal/confirm.js';
import { print } from '../terminal/print.js';
import { Refused } from '../terminal/refused.js';
import { table } from '../terminal/table.js';
import { grantersOf, refuseUnlessFirst } from './first-operators.js';
import { keysAsked, methodsOf, oldestAge, printKeys, type KeyOptions } from './key-actions.js';

interface Options {
  readonly tenant: string;
  readonly json?: true;
}

interface CreateOptions extends Options, KeyOptions {
  readonly scope: readonly string[];
  readonly person?: string;
  readonly allow?: readonly string[];
  readonly requestsPerMinute?: number;
}

const PAGE = 200;

export async function createClient(clientId: string, options: CreateOptions): Promise<void> {
  const { tenant, scope: scopes, person, allow: allowedAddresses, requestsPerMinute } = options;
  await withRegistries(async (registries) => {
    await refuseUnknownTenant(registries, tenant);
    await refuseUnlessFirst(registries, {
      tenant,
      path: '/v1/admin/clients',
      scopes: grantersOf(scopes),
    });
    const asked = { clientId, scopes, person, allowedAddresses, requestsPerMinute };
    const done = `Client ${clientId} (tenant ${tenant}) has been created.`;
    const keys = keysAsked(options);
    if (keys === undefined)
      return printSecret(options, await registries.clients.create(requestContext(tenant), asked), done);
    const { body } = await registries.keys.create(requestContext(tenant), asked, keys);
    printKeys(options.json, body, done);
  });
}

export async function rotateSecret(clientId: string, options: Options): Promise<void> {
  await withRegistries(async (registries) => {
    const { clients } = registries;
    await refuseUnlessFirst(registries, {
      tenant: options.tenant,
      path: `/v1/admin/clients/${clientId}/rotate-secret`,
      scopes: ['ops:clients'],
    });
    const issued = await clients.rotateSecret(requestContext(options.tenant), clientId);
    const [, previous] = issued.client.secrets;
    const until = previous?.expiresAt.toJSON() ?? 'now';
    printSecret(options, issued, `Client ${clientId} has a new secret; the one before works until ${until}.`);
  });
}

export async function revokeClient(
  clientId: string,
  options: Options & { readonly yes?: true },
): Promise<void> {
  const { tenant, json, yes } = options;
  await withRegistries(async ({ clients }) => {
    await clients.read(tenant, clientId);
    if (yes !== true) await confirm(`Revoking ends ${clientId} for good.`, clientId);
    const { body } = await clients.revoke(requestContext(tenant), clientId);
    print(json, body, `Client ${clientId} has been revoked.`);
  });
}

export async function listClients({ tenant, json }: Options): Promise<void> {
  await withRegistries(async (registries) => {
    await refuseUnknownTenant(registries, tenant);
    const views = (await allClients(registries, tenant)).map((client) => clientView(client, new Date()));
    const rows = views.map((view) => [
      view.clientId,
      view.scopes.join(' '),
      view.person ?? '',
      view.allowedAddresses.join(' '),
      view.revokedAt === undefined ? 'active' : 'revoked',
      methodsOf(view),
      oldestAge(view),
    ]);
    print(json, views, table(['CLIENT', 'SCOPES', 'PERSON', 'ADDRESSES', 'STATE', 'PROVES BY', 'AGE'], rows));
  });
}

async function allClients({ clients }: Registries, tenant: string): Promise<ApiClient[]> {
  const all: ApiClient[] = [];
  let cursor: string | undefined;
  do {
    const page = await clients.list(tenant, { limit: PAGE, cursor });
    all.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return all;
}

export async function refuseUnknownTenant({ tenants }: Registries, tenant: string): Promise<void> {
  if (await tenants.exists(tenant)) return;
  throw new Refused(`there is no tenant ${tenant}: pinctl tenants create ${tenant}`);
}

/** Only this function writes a secret: to standard output, never to a log. */
function printSecret({ json }: Options, { client, secret }: IssuedSecret, done: string): void {
  const clientSecret = secret.reveal();
  const advice = 'It is not shown again: put it into the secret store of the client now.';
  print(
    json,
    { ...clientView(client, new Date()), clientSecret },
    `${done}\n\nSecret: ${clientSecret}\n\n${advice}`,
  );
}
