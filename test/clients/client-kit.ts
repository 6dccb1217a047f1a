import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import {
  ClientKeyRegistry,
  ClientRegistry,
  TenantRegistry,
  type AuthenticationOrigin,
  type ClientPolicy,
  type NewClient,
} from '#libs/api-clients';
import type { RequestContext } from '#libs/requests';
import { verifySecret, type Asker } from '../../libs/api-clients/src/secret-hash.js';
import { createTestDatabase, type TestDatabase } from '../rigs/postgres.js';

export const TENANT = 'default';

export const POLICY: ClientPolicy = {
  secretOverlapHours: 24,
  secretMaxAgeDays: 90,
  refuseOldSecrets: false,
  allowAnyAddress: true,
};

/** A caller whose address is one of the client's. */
export const FROM_HERE: AuthenticationOrigin = { mayCallFromHere: () => true };

const HOUR_MS = 3_600_000;

/** The registry on a real database, as the service's role, with a clock that a test turns on. */
export class ClientKit implements AsyncDisposable {
  /** How often a secret was compared by its slow hash. */
  comparisons = 0;
  /** For whom, the last time. */
  lastAsker: Asker | null = null;
  #now = new Date('2026-11-25T12:00:00Z');

  private constructor(
    readonly database: TestDatabase,
    readonly dataSource: DataSource,
    readonly owner: DataSource,
  ) {}

  static async open(): Promise<ClientKit> {
    const database = await createTestDatabase();
    const dataSource = await database.open({ poolSize: 8 });
    return new ClientKit(database, dataSource, await database.open({ url: database.ownerUrl, poolSize: 2 }));
  }

  readonly now = (): Date => this.#now;

  passHours(hours: number): void {
    this.#now = new Date(this.#now.getTime() + hours * HOUR_MS);
  }

  passDays(days: number): void {
    this.passHours(days * 24);
  }

  registry(changed: Partial<ClientPolicy> = {}): ClientRegistry {
    const verify: typeof verifySecret = async (secret, hash, asker) => {
      this.comparisons += 1;
      this.lastAsker = asker;
      return await verifySecret(secret, hash, asker);
    };
    return new ClientRegistry(this.dataSource, { ...POLICY, ...changed }, this.now, verify);
  }

  keys(changed: Partial<ClientPolicy> = {}): ClientKeyRegistry {
    return new ClientKeyRegistry(this.dataSource, { ...POLICY, ...changed }, () => null, this.now);
  }

  async newTenant(): Promise<string> {
    const tenantId = `tenant-${randomUUID().slice(0, 8)}`;
    await new TenantRegistry(this.dataSource).create(contextOf({ tenantId }));
    return tenantId;
  }

  /** A registered client of its own, with its secret in the clear. */
  async newClient(changed: Partial<NewClient> & { readonly tenantId?: string } = {}): Promise<Known> {
    const { tenantId = TENANT, ...asked } = changed;
    const { client, secret } = await this.registry().create(contextOf({ tenantId }), cardApp(asked));
    return { clientId: client.clientId, secret: secret.reveal() };
  }

  /** Every audit line about this client: `action result`. */
  async auditOf(clientId: string): Promise<string[]> {
    const rows = await this.owner.query<{ line: string }[]>(
      `SELECT action || ' ' || result AS line FROM audit_events
        WHERE details::jsonb ->> 'client' = $1 ORDER BY audit_id`,
      [clientId],
    );
    return rows.map(({ line }) => line);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.database[Symbol.asyncDispose]();
  }
}

export interface Known {
  readonly clientId: string;
  readonly secret: string;
}

export function cardApp(changed: Partial<NewClient> = {}): NewClient {
  return { clientId: `app-${randomBytes(4).toString('hex')}x`, scopes: ['pin:validate'], ...changed };
}

/** The same id and body give the same claim; a generated id has no fingerprint. */
export function contextOf(
  request: {
    readonly tenantId?: string;
    readonly clientId?: string;
    readonly requestId?: string;
    readonly body?: string | null;
  } = {},
): RequestContext {
  const { tenantId = TENANT, clientId = 'operator-1', requestId = randomUUID(), body = 'body' } = request;
  return {
    tenantId,
    clientId,
    subject: 'Olga Operator',
    sourceAddress: '192.0.2.1',
    requestId,
    claim: { key: sha256(requestId), fingerprint: body === null ? null : sha256(body) },
  };
}

/** The codes that the refused ones were refused with, each once. */
export function refusalsOf(settled: readonly PromiseSettledResult<unknown>[]): string[] {
  const codes = settled.map((one) =>
    one.status === 'rejected' ? (one.reason as { code: string }).code : '',
  );
  return [...new Set(codes)].filter((refusal) => refusal !== '');
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
