import { expect } from 'vitest';
import { exportTrail, reconcileTrail, verifierKeys, verifyCards, type Reconciled } from '#libs/audit';
import { ORIGIN, type TrailUnderTest } from './audit-kit.js';

export const ACTOR = {
  tenantId: '*',
  clientId: 'pinctl',
  subject: 'an officer',
  sourceAddress: 'local',
  requestId: 'reconcile',
};

/** Foreign keys point at those that come first. */
const FIRST = ['tenants', 'api_clients', 'webhook_endpoints'];
const SCHEMA = ['schema_migrations', 'schema_functions'];

/** A whole database as it was at one moment, and again. */
export class Backup {
  private constructor(
    private readonly trail: TrailUnderTest,
    private readonly tables: readonly string[],
  ) {}

  static async take(trail: TrailUnderTest): Promise<Backup> {
    const rows = await trail.rig.owner.query<{ name: string }[]>(
      `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
          AND NOT relispartition AND relname <> ALL ($1) ORDER BY relname`,
      [SCHEMA],
    );
    const names = rows.map(({ name }) => name);
    const tables = [...FIRST, ...names.filter((name) => !FIRST.includes(name))];
    await trail.rig.owner.query('CREATE SCHEMA backup');
    for (const table of tables) await trail.rig.owner.query(`CREATE TABLE backup.${table} AS TABLE ${table}`);
    const backup = new Backup(trail, tables);
    await trail.rig.owner.query(
      `CREATE TABLE backup.reached AS SELECT last_value FROM ${await backup.sequence()}`,
    );
    return backup;
  }

  /** The sequence of ids too. */
  async restore(): Promise<void> {
    const { owner } = this.trail.rig;
    await owner.query(`TRUNCATE ${this.tables.join(', ')}`);
    for (const table of this.tables)
      await owner.query(`INSERT INTO ${table} OVERRIDING SYSTEM VALUE SELECT * FROM backup.${table}`);
    await owner.query(`SELECT setval('${await this.sequence()}', (SELECT last_value FROM backup.reached))`);
  }

  private async sequence(): Promise<string> {
    const [row] = await this.trail.rig.owner.query<{ name: string }[]>(
      "SELECT pg_get_serial_sequence('audit_events', 'audit_id') AS name",
    );
    return row?.name ?? '';
  }
}

export async function exported(trail: TrailUnderTest): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of exportTrail(trail.rig.owner, 0)) lines.push(line);
  return lines;
}

async function* asStream(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines;
}

/** @param lines null: they are lost */
export async function reconcile(
  trail: TrailUnderTest,
  lines: readonly string[] | null,
  options: { readonly powersStand?: boolean } = {},
): Promise<Reconciled> {
  const note = await trail.file.read();
  const kept = note === null ? null : { note, origin: ORIGIN, keys: verifierKeys(trail.hsm, ORIGIN) };
  return await reconcileTrail(trail.rig.owner, {
    kept,
    actor: ACTOR,
    ...options,
    exported: lines === null ? null : asStream(lines),
  });
}

/** Seals what happened, forgets it, and puts it back from the lines. */
export async function forgetAndReconcile(trail: TrailUnderTest, backup: Backup): Promise<Reconciled> {
  const keeper = trail.keeper();
  await keeper.execute();
  const lines = await exported(trail);
  await backup.restore();
  const result = await reconcile(trail, lines);
  await keeper.execute();
  expect(keeper.trouble).toBeNull();
  expect((await trail.verify()).findings).toEqual([]);
  expect((await verifyCards(trail.rig.owner)).findings).toEqual([]);
  return result;
}
