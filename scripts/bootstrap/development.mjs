// @ts-check
// npm start in development: token, database and credentials first, then the service, then var/dev.json for scripts.
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { hostInUrl, LOOPBACK } from './loopback.mjs';
import { openDatabase } from './development-database.mjs';
import { prepareToken } from './development-token.mjs';
import { tryLock } from './locks.mjs';
import { findNode } from './node-runtime.mjs';
import { AUDIT_CHECKPOINT, DEVELOPMENT_FILE, DEVELOPMENT_OUTBOX, DIST, VAR } from './paths.mjs';
import { output } from './processes.mjs';
import { writePrivately } from './secrets.mjs';
import { portOf, spawnService, untilPortIsFree } from './service-process.mjs';
import { Explained } from './terminal.mjs';

const CERTIFICATE = join(DIST, 'scripts/development/make-certificate.js');
/** Production refuses it. */
const DEVELOPMENT_ISSUER = 'https://pinward.invalid/development';

/**
 * What scripts/development/make-certificate.ts prints.
 *
 * @typedef {{ certificateFile: string, keyFile: string }} Certificate
 */

const START_LOCK = join(VAR, 'start.lock');

/** Looks before anything is prepared: a compiled project must not change under a running service for nothing. */
export async function refuseSecondStart() {
  if (existsSync(START_LOCK)) (await lockStart()).release();
}

async function lockStart() {
  const lock = await tryLock(START_LOCK);
  if ('release' in lock) return lock;
  throw new Explained(`npm start is already running in this directory (pid ${lock.heldBy}).`);
}

/** Runs until the service ends or this process is told to stop. @returns {Promise<number>} the exit status */
export async function startDevelopment() {
  const host = process.env.HOST ?? LOOPBACK;
  const port = portOf(process.env.PORT);
  const lock = await lockStart();
  process.umask(0o077);
  rmSync(DEVELOPMENT_FILE, { force: true });
  const told = stopSignals();
  await untilPortIsFree(port, host);

  const database = await openDatabase();
  try {
    told.orElse();
    const [token, certificate] = await Promise.all([prepareToken(), makeCertificate()]);
    told.orElse();
    const prepared = await database.prepare(token.keysFile);
    told.orElse();
    return await serve({ host, port, token, certificate, prepared, told });
  } catch (error) {
    if (error instanceof Stopped) return 0;
    throw error;
  } finally {
    await database.stop();
    lock.release();
  }
}

/**
 * @param {object} parts
 * @param {string} parts.host
 * @param {number} parts.port
 * @param {import('./development-token.mjs').Token} parts.token
 * @param {Certificate} parts.certificate
 * @param {import('./development-database.mjs').Prepared} parts.prepared
 * @param {ReturnType<typeof stopSignals>} parts.told
 */
async function serve({ host, port, token, certificate, prepared, told }) {
  const { serviceUrl: databaseUrl, clients, manifestPins } = prepared;
  const service = spawnService(serviceEnvironment({ host, port, token, certificate, databaseUrl }));
  told.impatiently(service.kill);
  try {
    const listening = await Promise.race([service.ready(), told.stop]);
    const baseUrl = `https://${reachable(host)}:${listening}`;
    const { certificateFile: caFile } = certificate;
    const { module, label: tokenLabel, softhsm2Conf = null } = token;
    const pkcs11 = { module, tokenLabel, softhsm2Conf };
    writePrivately(
      DEVELOPMENT_FILE,
      `${JSON.stringify({ baseUrl, caFile, databaseUrl, pkcs11, clients, manifestPins }, null, 2)}\n`,
    );
    console.log(linesToCopy(baseUrl));
    return (await Promise.race([service.exit, told.stop])) || 1; // a service that ends by itself has failed
  } finally {
    rmSync(DEVELOPMENT_FILE, { force: true });
    await service.stop();
  }
}

/** @returns {Promise<Certificate>} */
async function makeCertificate() {
  const args = ['--enable-source-maps', CERTIFICATE, '--directory', VAR];
  const failure = 'The development certificate could not be made';
  return JSON.parse(await output(findNode(), args, { failure }));
}

/**
 * The environment of this process with what was made here. The service gets no right that it does not need: neither
 * the schema owner's URL nor the security officer's PIN.
 *
 * @param {{ host: string, port: number, token: import('./development-token.mjs').Token, certificate: Certificate,
 *   databaseUrl: string }} parts
 * @returns {NodeJS.ProcessEnv}
 */
function serviceEnvironment({ host, port, token, certificate, databaseUrl }) {
  const env = { ...process.env };
  for (const name of ['MIGRATION_DATABASE_URL', 'PKCS11_SO_PIN', 'PKCS11_TOKEN_PIN', 'DATABASE_URL']) {
    delete env[name];
    delete env[`${name}_FILE`];
  }
  return {
    TLS_CERT_FILE: certificate.certificateFile,
    TLS_KEY_FILE: certificate.keyFile,
    TOKEN_ISSUER: DEVELOPMENT_ISSUER,
    ...(token.softhsm2Conf ? { SOFTHSM2_CONF: token.softhsm2Conf } : {}),
    DEVELOPMENT_OUTBOX_FILE: DEVELOPMENT_OUTBOX,
    AUDIT_CHECKPOINT_FILE: AUDIT_CHECKPOINT,
    ...env,
    PINWARD_ENV: 'development',
    HOST: host,
    PORT: String(port),
    DATABASE_URL: databaseUrl,
    PKCS11_MODULE: token.module,
    PKCS11_TOKEN_LABEL: token.label,
    PKCS11_TOKEN_PIN_FILE: token.pinFile,
  };
}

/** An address to call for one to listen on. @param {string} host */
function reachable(host) {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return hostInUrl(host);
}

/** @param {string} baseUrl */
function linesToCopy(baseUrl) {
  return `
Development service: token, database and secrets are below var/, clients and their secrets in var/dev.json.
In another terminal:

  curl --cacert var/tls/certificate.pem ${baseUrl}/health/ready
  npm run demo
  echo 4071 | npm run -s envelope -- --card CARD_ID

Ctrl-C stops it.
`;
}

class Stopped extends Error {}

/** The signals that end npm start; a second one, not just an echo of the first, ends the patience. */
function stopSignals() {
  let firstAt = 0;
  let lose = () => {};
  /** @type {(reason: Stopped) => void} */
  let rejectStop;
  /** @type {Promise<never>} */
  const stop = new Promise((_, reject) => (rejectStop = reject));
  stop.catch(() => undefined);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (firstAt === 0) {
        firstAt = Date.now();
        rejectStop(new Stopped());
      } else if (Date.now() - firstAt > 1_000) lose();
    });
  }
  return {
    /** Rejects when it is time to stop. */
    stop,
    orElse() {
      if (firstAt > 0) throw new Stopped();
    },
    /** @param {() => void} kill */
    impatiently(kill) {
      lose = kill;
    },
  };
}
