import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import type { KeyKind } from '#libs/hsm';
import { createTestDatabase, type TestDatabase } from '../rigs/postgres.js';
import { SOFTHSM_MODULE } from '../rigs/token.js';
import { pinctlProcess, type Outcome } from './pinctl-process.js';
import { pinctl } from './run-pinctl.js';

const LABEL = 'pinward-ceremony';
export const SECRETS = { userPin: '14142135', officerPin: '17320508' };

/** These of `pinctl keys`, and `pinctl cbom`, load the module into the process that runs them, which is this one where it may be. */
const CEREMONIES = new Set(['init', 'rotate', 'retire', 'destroy', 'abandon', 'orphans', 'record']);

/** An empty token and an empty database: what a ceremony begins with. */
export class KeysKit implements AsyncDisposable {
  private constructor(
    readonly folder: string,
    readonly database: TestDatabase,
    readonly owner: DataSource,
    readonly environment: Readonly<Record<string, string>>,
  ) {}

  static async open(): Promise<KeysKit> {
    const folder = mkdtempSync(join(tmpdir(), 'pinward-keys-'));
    const tokens = join(folder, 'tokens');
    const configuration = join(folder, 'softhsm2.conf');
    execFileSync('mkdir', ['-m', '700', tokens]);
    writeFileSync(
      configuration,
      `directories.tokendir = ${tokens}\nobjectstore.backend = file\nlog.level = ERROR\n`,
    );
    const path = { PATH: process.env['PATH'] ?? '', SOFTHSM2_CONF: configuration };
    const { userPin, officerPin } = SECRETS;
    execFileSync(
      'softhsm2-util',
      ['--init-token', '--free', '--label', LABEL, '--pin', userPin, '--so-pin', officerPin],
      { env: path, stdio: 'ignore' },
    );
    const database = await createTestDatabase();
    const owner = await database.open({ url: database.ownerUrl, poolSize: 2 });
    return new KeysKit(folder, database, owner, {
      ...path,
      PINWARD_ENV: 'test',
      PKCS11_MODULE: SOFTHSM_MODULE,
      PKCS11_TOKEN_LABEL: LABEL,
      DATABASE_URL: database.serviceUrl,
      MIGRATION_DATABASE_URL: database.ownerUrl,
    });
  }

  /** With both secrets, unless the environment says otherwise; undefined takes a setting away. */
  async run(
    args: readonly string[],
    changed: Readonly<Record<string, string | undefined>> = {},
    input = '',
  ): Promise<Outcome> {
    const all = {
      ...this.environment,
      PKCS11_TOKEN_PIN: SECRETS.userPin,
      PKCS11_SO_PIN: SECRETS.officerPin,
      ...changed,
    };
    const given = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const environment = Object.fromEntries(given);
    const [group, command = ''] = args;
    return group === 'cbom' || (group === 'keys' && CEREMONIES.has(command))
      ? await ceremony(args, environment, input)
      : await pinctl(args, environment, input);
  }

  /** As if the end of an accepted key had come. */
  async passEnd(kind: KeyKind, generation: number): Promise<void> {
    await this.owner.query(`UPDATE hsm_keys SET expires_at = now() WHERE kind = $1 AND generation = $2`, [
      kind,
      generation,
    ]);
  }

  file(name: string): string {
    return join(this.folder, name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.database[Symbol.asyncDispose]();
    rmSync(this.folder, { recursive: true });
  }
}

let moduleInUse = false;

/** SoftHSM2 reads its configuration with each C_Initialize, and one C_Finalize ends it for all: here one ceremony at a time. */
async function ceremony(...[args, environment, input]: Parameters<typeof pinctlProcess>): Promise<Outcome> {
  if (moduleInUse || environment['PKCS11_MODULE'] !== SOFTHSM_MODULE)
    return await pinctlProcess(args, environment, input);
  moduleInUse = true;
  process.env['SOFTHSM2_CONF'] = environment['SOFTHSM2_CONF'];
  try {
    return await pinctl(args, environment, input);
  } finally {
    delete process.env['SOFTHSM2_CONF'];
    moduleInUse = false;
  }
}
