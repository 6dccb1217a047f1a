import { X509Certificate } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { HsmMisconfigured } from '#libs/hsm';
import { policyAtStart, PolicyRefused, type Policy } from '#libs/policy';
import { loadConfiguration, type Configuration } from '../config/load-configuration.js';
import { ConfigurationError, type Environment } from '../config/load-settings.js';
import type { Settings } from '../config/schema.js';
import { errorFields } from '../logging/log-record.js';
import { connectDatabase, databaseFindings } from '../open-database.js';
import { openHsm } from '../open-hsm.js';
import { policySettings } from '../policy/policy-settings.js';
import { StartRefused } from '../start-refused.js';
import { checkTrail } from './check-trail.js';
import type { Finding, Result } from './finding.js';
import { LocalCounters } from '../edge/rate-limits/local-counters.js';
import { RedisCounters } from '../edge/rate-limits/redis-counters.js';
import { readTlsFile } from '../edge/transport/certificate-pair.js';
import { isValidAt, validityWarning } from '../edge/transport/certificate-validity.js';

/**
 * Checks everything that a start checks, in its order, and serves nothing. It reads only, with two exceptions: the
 * login to the HSM, which a start also makes and with the same precautions, and a counter in Redis that ends within a
 * minute.
 */
export async function checkService(environment?: Environment): Promise<readonly Finding[]> {
  // 1. What needs no other system.
  const findings: Finding[] = [{ check: 'node', result: 'ok', detail: `Node.js ${process.version}` }];
  const configuration = configurationIn(environment, findings);
  if (configuration === null) {
    const others = ['certificate', 'redis', 'database', 'policy', 'trail', 'hsm'];
    return [...findings, ...others.map((check) => skipped(check, 'the configuration'))];
  }
  const { settings } = configuration;
  findings.push(...checkCertificate(settings, new Date()), ...(await checkRedis(settings)));
  // 2. The database, and its contents.
  const dataSource = await connectDatabase(settings).catch(asStartRefused);
  if (dataSource instanceof StartRefused) {
    findings.push({ check: 'database', result: 'unreachable', detail: dataSource.message });
    return [...findings, ...['policy', 'trail', 'hsm'].map((check) => skipped(check, 'the database'))];
  }
  try {
    return [...findings, ...(await checkWithDatabase(settings, dataSource))];
  } finally {
    await dataSource.destroy();
  }
}

async function checkWithDatabase(settings: Settings, dataSource: DataSource): Promise<readonly Finding[]> {
  const database = await checkDatabase(settings, dataSource);
  if (database.some(({ result }) => result === 'fault'))
    return [...database, ...['policy', 'trail', 'hsm'].map((check) => skipped(check, 'a sound database'))];
  const { policy, findings } = await checkPolicy(settings, dataSource);
  const trail = await checkTrail(settings, dataSource);
  // 3. The HSM last: a login is wasted if the start would have failed before it.
  const hsm = policy === null ? skipped('hsm', 'the policy') : await checkHsm(settings, dataSource, policy);
  return [...database, ...findings, ...trail, ...[hsm].flat()];
}

function configurationIn(environment: Environment | undefined, findings: Finding[]): Configuration | null {
  const told = (result: Result) => (detail: string) =>
    findings.push({ check: 'configuration', result, detail });
  try {
    const configuration = loadConfiguration(environment);
    if (configuration.warnings.length === 0) told('ok')('all settings, secrets and files that they name');
    configuration.warnings.forEach(told('warning'));
    return configuration;
  } catch (fault) {
    if (!(fault instanceof ConfigurationError)) throw fault;
    fault.faults.forEach(told('fault'));
    return null;
  }
}

async function checkDatabase(settings: Settings, dataSource: DataSource): Promise<readonly Finding[]> {
  const check = 'database';
  const { faults, warnings } = await databaseFindings(dataSource, settings);
  const found = [
    ...faults.map((detail) => ({ check, result: 'fault' as const, detail })),
    ...warnings.map((detail) => ({ check, result: 'warning' as const, detail })),
  ];
  const sound = { check, result: 'ok' as const, detail: 'server, sessions, role, rights and schema fit' };
  return faults.length > 0 ? found : [sound, ...found];
}

async function checkPolicy(
  settings: Settings,
  { manager }: DataSource,
): Promise<{ readonly policy: Policy | null; readonly findings: readonly Finding[] }> {
  const check = 'policy';
  try {
    const { policy, differences } = await policyAtStart(manager, policySettings(settings));
    const findings = differences.map(({ words }) => ({ check, result: 'warning' as const, detail: words }));
    const agrees = { check, result: 'ok' as const, detail: 'no setting protects less' };
    return { policy, findings: findings.length > 0 ? findings : [agrees] };
  } catch (fault) {
    if (!(fault instanceof PolicyRefused)) throw fault;
    return { policy: null, findings: [{ check, result: 'fault', detail: fault.message }] };
  }
}

async function checkHsm(
  settings: Settings,
  dataSource: DataSource,
  policy: Policy,
): Promise<readonly Finding[]> {
  const check = 'hsm';
  try {
    const hsm = await openHsm(settings, dataSource, { policy });
    const { warnings } = hsm.health();
    const keys = hsm.registeredKeys().length;
    await hsm.close();
    return [
      { check, result: 'ok', detail: `login, ${keys} registered keys and the known-answer tests` },
      ...warnings.map((detail) => ({ check, result: 'warning' as const, detail })),
    ];
  } catch (fault) {
    if (fault instanceof HsmMisconfigured || fault instanceof StartRefused)
      return [{ check, result: 'fault', detail: fault.message }];
    const { cause, error } = errorFields(fault);
    return [
      { check, result: 'unreachable', detail: `no HSM host starts (${cause ?? error ?? 'no reason given'})` },
    ];
  }
}

function skipped(check: string, needs: string): Finding {
  return { check, result: 'skipped', detail: `needs ${needs}` };
}

function asStartRefused(fault: unknown): StartRefused {
  if (fault instanceof StartRefused) return fault;
  throw fault;
}

/** A service starts without it; each replica then limits by itself. */
async function checkRedis({ REDIS_URL, REDIS_TIMEOUT_MS }: Settings): Promise<readonly Finding[]> {
  const check = 'redis';
  if (REDIS_URL === undefined)
    return [{ check, result: 'ok', detail: 'REDIS_URL is not set: each replica limits for itself' }];
  const counters = await RedisCounters.open(REDIS_URL.reveal(), new LocalCounters(), REDIS_TIMEOUT_MS);
  const trouble = await counters.trouble();
  counters.onApplicationShutdown();
  return trouble === null
    ? [{ check, result: 'ok', detail: 'it counts' }]
    : [{ check, result: 'unreachable', detail: `${trouble}: each replica would limit for itself` }];
}

/** Pair and key were checked with the configuration; this checks the time. */
function checkCertificate({ TLS_MODE, TLS_CERT_FILE = '' }: Settings, now: Date): readonly Finding[] {
  const check = 'certificate';
  if (TLS_MODE === 'off')
    return [{ check, result: 'ok', detail: 'TLS_MODE is off: a proxy on this host has it' }];
  const certificate = new X509Certificate(readTlsFile('TLS_CERT_FILE', TLS_CERT_FILE));
  const warning = validityWarning(certificate, now);
  const detail = `valid until ${certificate.validTo}`;
  if (warning === null) return [{ check, result: 'ok', detail }];
  // A service starts with it, but no client will talk to it.
  const result = isValidAt(certificate, now) ? 'warning' : 'fault';
  return [{ check, result, detail: `the certificate of TLS_CERT_FILE ${warning}: renew it` }];
}
