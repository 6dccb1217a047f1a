// @ts-check
import { join } from 'node:path';
import { startPostgres } from '../embedded-postgres.mjs';
import { findNode } from './node-runtime.mjs';
import { DIST, privateDirectory, VAR } from './paths.mjs';
import { output } from './processes.mjs';
import { givenSecret, ownSecret } from './secrets.mjs';
import { tell, warn } from './terminal.mjs';

const PREPARE = join(DIST, 'scripts/development/prepare-database.js');

/**
 * What scripts/development/prepare-database.ts prints: the URL for the service's role, the clients' secrets, and what apps pin.
 *
 * @typedef {object} Prepared
 * @property {string} serviceUrl
 * @property {readonly { clientId: string, clientSecret: string, scopes: readonly string[] }[]} clients
 * @property {readonly string[]} manifestPins
 *
 * @typedef {object} Database
 * @property {(keysFile: string | undefined) => Promise<Prepared>} prepare roles, schema, registered keys and clients
 * @property {() => Promise<void>} stop
 */

/** The database that DATABASE_URL names, else a PostgreSQL below var/, started here. @returns {Promise<Database>} */
export async function openDatabase() {
  const service = givenSecret('DATABASE_URL');
  return service ? givenDatabase(service.value) : await ownDatabase();
}

/** @returns {Promise<Database>} */
async function ownDatabase() {
  const superuserPassword = ownSecret('db-superuser-password').value;
  const ownerPassword = ownSecret('db-owner-password').value;
  const servicePassword = ownSecret('db-service-password').value;
  const server = await startPostgres({
    dataDir: join(VAR, 'postgres'),
    superuserPassword,
    endsWithParent: true,
    log: tell,
  });
  const { superuserUrl } = server;
  return {
    prepare: (keysFile) =>
      prepareDatabase({ kind: 'embedded', superuserUrl, ownerPassword, servicePassword, keysFile }),
    stop: () => server.stop(),
  };
}

/** @param {string} serviceUrl @returns {Database} */
function givenDatabase(serviceUrl) {
  const owner = givenSecret('MIGRATION_DATABASE_URL');
  if (!owner) {
    warn([
      'MIGRATION_DATABASE_URL is not set, so the schema will belong to the role of DATABASE_URL. A service that',
      'owns its schema could rewrite its own audit trail: development only.',
    ]);
  }
  return {
    prepare: (keysFile) =>
      prepareDatabase({ kind: 'given', ownerUrl: owner?.value ?? serviceUrl, serviceUrl, keysFile }),
    stop: async () => undefined,
  };
}

/**
 * @param {Record<string, string | undefined>} request as scripts/development/prepare-database.ts takes it
 * @returns {Promise<Prepared>}
 */
async function prepareDatabase(request) {
  const answer = await output(findNode(), ['--enable-source-maps', PREPARE], {
    input: JSON.stringify({ ...request, clientsFile: join(privateDirectory('secrets'), 'clients.json') }),
    failure: 'The database could not be prepared',
  });
  return JSON.parse(answer);
}
