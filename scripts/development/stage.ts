import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { AUDIT_CHECKPOINT, DEVELOPMENT_FILE, DEVELOPMENT_OUTBOX, VAR } from '../bootstrap/paths.mjs';
import { lockStart } from '../bootstrap/start-lock.mjs';
import { developmentCertificate, type CertificateFiles } from './certificate.js';
import { openDatabase, type Prepared } from './database.js';
import { readEnvironment, type DevelopmentEnvironment } from './environment.js';
import { developmentConsole, type ConsoleChanges, type DevelopmentConsole } from './openid-provider-stage.js';
import { writePrivateFile } from './private-file.js';
import { reachable, untilPortIsFree } from './service-port.js';
import { spawnService } from './service-process.js';
import { Stopped, stopSignals, type StopSignals } from './stop-signals.js';
import { prepareToken, type Token } from './token.js';

/** Production refuses it. */
const DEVELOPMENT_ISSUER = 'https://pinward.invalid/development';

/** The parts under the development service, which outlive every service that is started on them. */
export interface Stage {
  readonly told: StopSignals;
  /** Null where the caller has another provider to sign in at. */
  readonly console: ShownConsole | null;
  /** Starts the service; returns when it is ready and var/dev.json is written. */
  startService(further?: NodeJS.ProcessEnv): Promise<RunningService>;
}

type ShownConsole = Pick<DevelopmentConsole, 'url' | 'operators' | 'changes'>;

export interface RunningService extends AsyncDisposable {
  readonly baseUrl: string;
  /** Null where the caller has another provider to sign in at. */
  readonly console: ShownConsole | null;
  /** Its exit status. */
  readonly exit: Promise<number>;
}

interface Parts {
  readonly environment: DevelopmentEnvironment;
  readonly token: Token;
  readonly certificate: CertificateFiles;
  readonly prepared: Prepared;
  readonly console: DevelopmentConsole | null;
}

/**
 * Token, database, certificate, clients and OpenID provider, while `play` runs.
 *
 * @param changes of the console, and when they are seen
 * @returns the exit status
 */
export async function onStage(
  changes: ConsoleChanges,
  play: (stage: Stage) => Promise<number>,
): Promise<number> {
  const environment = readEnvironment();
  const lock = await lockStart();
  process.umask(0o077);
  rmSync(DEVELOPMENT_FILE, { force: true });
  const told = stopSignals();
  await untilPortIsFree(environment.port, environment.host);

  const database = await openDatabase(environment);
  try {
    told.orElse();
    const token = prepareToken(environment);
    const certificate = await developmentCertificate(join(VAR, 'tls'), new Date());
    told.orElse();
    const prepared = await database.prepare(token.keys);
    told.orElse();
    await using console = await developmentConsole(environment, certificate, changes);
    told.orElse();
    const parts = { environment, token, certificate, prepared, console };
    return await play({ told, console, startService: (further = {}) => startService(parts, told, further) });
  } catch (error) {
    if (error instanceof Stopped) return 0;
    throw error;
  } finally {
    await database.stop();
    lock.release();
  }
}

async function startService(
  parts: Parts,
  told: StopSignals,
  further: NodeJS.ProcessEnv,
): Promise<RunningService> {
  const service = spawnService({ ...serviceEnvironment(parts), ...further });
  told.impatiently(() => service.kill());
  const stop = async () => {
    rmSync(DEVELOPMENT_FILE, { force: true });
    await service.stop();
  };
  try {
    const port = await Promise.race([service.ready(), told.stop]);
    const baseUrl = `https://${reachable(parts.environment.host)}:${port}`;
    writePrivateFile(DEVELOPMENT_FILE, `${JSON.stringify(developmentFile(baseUrl, parts), null, 2)}\n`);
    return { baseUrl, console: parts.console, exit: service.exit, [Symbol.asyncDispose]: stop };
  } catch (failure) {
    await stop();
    throw failure;
  }
}

/** The data that scripts need, in the form of service/development-file.ts and others. */
function developmentFile(baseUrl: string, { token, certificate, prepared, console }: Parts) {
  const { serviceUrl: databaseUrl, clients, manifestPins } = prepared;
  const { module, label: tokenLabel, softHsmConfiguration: softhsm2Conf = null } = token;
  const pkcs11 = { module, tokenLabel, softhsm2Conf };
  const { certificateFile: caFile } = certificate;
  const signIn = console === null ? {} : { console: { url: console.url, operators: console.operators } };
  return { baseUrl, caFile, databaseUrl, pkcs11, clients, manifestPins, ...signIn };
}

/** The service gets only the rights that it needs: neither the schema owner's URL nor the security officer's PIN. */
function serviceEnvironment({
  environment,
  token,
  certificate,
  prepared,
  console,
}: Parts): NodeJS.ProcessEnv {
  const { softHsmConfiguration } = token;
  return {
    TLS_CERT_FILE: certificate.certificateFile,
    TLS_KEY_FILE: certificate.keyFile,
    TOKEN_ISSUER: DEVELOPMENT_ISSUER,
    ...(softHsmConfiguration === undefined ? {} : { SOFTHSM2_CONF: softHsmConfiguration }),
    DEVELOPMENT_OUTBOX_FILE: DEVELOPMENT_OUTBOX,
    AUDIT_CHECKPOINT_FILE: AUDIT_CHECKPOINT,
    ...console?.settings,
    ...environment.forService,
    PINWARD_ENV: 'development',
    HOST: environment.host,
    PORT: String(environment.port),
    ...console?.port,
    DATABASE_URL: prepared.serviceUrl,
    PKCS11_MODULE: token.module,
    PKCS11_TOKEN_LABEL: token.label,
    PKCS11_TOKEN_PIN_FILE: token.pinFile,
  };
}
