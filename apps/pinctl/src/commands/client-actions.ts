import { clientView, type ApiClient, type IssuedSecret } from '#libs/api-clients';
import { withRegistries, type Registries } from '../registries.js';
import { requestContext } from '../request-context.js';
import { confirm } from '../terminal/confirm.js';
import { print } from '../terminal/print.js';
import { Refused } from '../terminal/refused.js';
import { table } from '../terminal/table.js';
import { grantersOf, refuseUnlessFirst } from './first-operators.js';

interface Options {
  readonly tenant: string;
  readonly json?: true;
}

interface CreateOptions extends Options {
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
    const issued = await registries.clients.create(requestContext(tenant), asked);
    printSecret(options, issued, `Client ${clientId} (tenant ${tenant}) has been created.`);
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
    const rows = views.map(({ clientId, scopes, person = '', allowedAddresses, secrets, revokedAt }) => [
      clientId,
      scopes.join(' '),
      person,
      allowedAddresses.join(' '),
      revokedAt === undefined ? 'active' : 'revoked',
      `${secrets[0]?.ageDays ?? ''} d`,
    ]);
    print(json, views, table(['CLIENT', 'SCOPES', 'PERSON', 'ADDRESSES', 'STATE', 'SECRET AGE'], rows));
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

/** The one place that writes a secret, to standard output and never to a log. */
function printSecret({ json }: Options, { client, secret }: IssuedSecret, done: string): void {
  const clientSecret = secret.reveal();
  const advice = 'It is not shown again: put it into the secret store of the client now.';
  print(
    json,
    { ...clientView(client, new Date()), clientSecret },
    `${done}\n\nSecret: ${clientSecret}\n\n${advice}`,
  );
}
