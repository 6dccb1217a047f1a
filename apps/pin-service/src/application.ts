import { Logger } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { DiscoveryService, NestFactory, Reflector } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DataSource } from 'typeorm';
import { poolOf, timePool } from '#libs/database';
import { policyAtStart, PolicyRefused } from '#libs/policy';
import { NO_TENANT } from '#libs/requests';
import { AppModule } from './app.module.js';
import { NOBODY } from './audit/call-lines.js';
import { CountedCalls } from './audit/counted-calls.js';
import { RecordedCalls } from './audit/recorded-calls.js';
import { recordStart } from './audit/record-start.js';
import { approvalWarnings } from './config/approvals.js';
import type { Settings } from './config/schema.js';
import { Draining } from './draining.js';
import { applyEdge, createEdge } from './edge/edge.js';
import { Listeners } from './edge/listeners/listeners.js';
import { UnroutedCalls } from './edge/problems/transport-errors.js';
import { headsOfAnswers } from './edge/transport/http-heads.js';
import { readRouteTable } from './edge/routes/route-table.js';
import { FrameworkLog } from './logging/framework-log.js';
import { KeyKeeper } from './key-keeper.js';
import type { Log } from './logging/log.js';
import { Metrics } from './metrics/metrics.js';
import { ApiDocuments } from './openapi/api-documents.module.js';
import { openDatabase } from './open-database.js';
import { openHsm } from './open-hsm.js';
import { PolicyKeeper } from './policy/policy-keeper.js';
import { PolicyInForce } from './policy/policy-in-force.js';
import { policySettings } from './policy/policy-settings.js';
import type { Resources } from './resources.module.js';
import { SetUp } from './soundness/set-up.js';
import { StartRefused } from './start-refused.js';

/** Time for HSM and database to close, after the last answer or the deadline. */
const CLOSE_PATIENCE_MS = 5_000;
const STRANGER = { tenantId: NO_TENANT, clientId: NOBODY, subject: NOBODY } as const;

export interface Service {
  readonly listeners: Listeners;
  /**
   * Takes up at once what is otherwise checked at intervals: certificates, registered keys, the policy. Never rejects.
   */
  reload(): Promise<void>;
  /**
   * Answers requests that have begun, refuses the rest, and gives up those that take longer than SHUTDOWN_DEADLINE_MS.
   */
  stop(): Promise<void>;
}

/** Builds the service, opens HSM and database, and checks both; it does not listen yet. */
export async function createService(settings: Settings, log: Log): Promise<Service> {
  const draining = new Draining();
  const unrouted = new UnroutedCalls(log, headsOfAnswers(settings));
  const application = await createApplication(settings, log, { draining, unrouted });
  const counted = application.get(CountedCalls, { strict: false });
  unrouted.countedBy(({ sourceAddress, code: result }) =>
    counted.countStranger({ ...STRANGER, sourceAddress, action: 'api.refused', result }),
  );
  const inForce = application.get(PolicyInForce, { strict: false });
  const dataSource = application.get(DataSource, { strict: false });
  inForce.take(await recordStart(dataSource, settings, inForce).catch(asStartRefused));
  for (const warning of approvalWarnings(settings, inForce.current.approvals))
    new Logger('Settings').warn(warning);
  const listeners = new Listeners(application, settings, draining, unrouted);
  application.get(SetUp, { strict: false }).certificateEndsAt(() => listeners.certificateEnd);
  if (settings.TLS_MODE === 'on') {
    const help = 'Until the TLS certificate in use expires; negative afterwards';
    const metrics = application.get(Metrics, { strict: false });
    metrics.gauge('pinward_tls_certificate_seconds_left', help, () => listeners.certificateSecondsLeft);
  }
  return {
    listeners,
    reload: async () => {
      new Logger('Reload').log('SIGHUP: certificates, keys and the policy are read anew');
      listeners.reloadCertificates();
      await application.get(KeyKeeper, { strict: false }).refresh();
      await application.get(PolicyKeeper, { strict: false }).refresh();
    },
    stop: async () => {
      const logger = new Logger('Stop');
      draining.begin();
      logger.log(`drain begins: ${draining.unanswered} requests under way`);
      await listeners.close(settings.SHUTDOWN_DEADLINE_MS);
      const { answered, unanswered } = draining;
      logger.log(`drain ends: ${answered} requests answered, ${unanswered} cut off`);
      // A statement or an HSM call that never returns has had its time; its try stays spent.
      const closed = application.close().then(() => true);
      const inTime = await Promise.race([closed, delay(CLOSE_PATIENCE_MS, false)]);
      logger.log(inTime ? 'stopped' : 'stopped; HSM or database did not let go in time');
    },
  };
}

async function createApplication(
  settings: Settings,
  log: Log,
  { draining, unrouted }: { readonly draining: Draining; readonly unrouted: UnroutedCalls },
): Promise<NestFastifyApplication> {
  const metrics = new Metrics();
  const resources = await openResources(settings, metrics);
  metrics.gauge(
    'pinward_log_lines_lost',
    'Lines of the log that its target did not take',
    () => log.lostLines,
  );
  const application = await NestFactory.create<NestFastifyApplication>(
    AppModule.with(settings, { ...resources, draining, metrics, log }),
    createEdge({
      log,
      metrics,
      draining,
      unrouted,
      trustedProxies: settings.TRUSTED_PROXIES,
      keepAliveMs: settings.KEEP_ALIVE_MS,
    }),
    {
      bodyParser: false,
      abortOnError: false,
      logger: new FrameworkLog(log),
    },
  );
  const routes = readRouteTable(application.get(DiscoveryService), application.get(Reflector));
  applyEdge(application, routes, log);
  application.get(RecordedCalls, { strict: false }).watch(application.getHttpAdapter().getInstance());
  application.get(ApiDocuments, { strict: false }).hold(routes);
  await application.init();
  return application;
}

async function openResources(
  settings: Settings,
  metrics: Metrics,
): Promise<Pick<Resources, 'dataSource' | 'hsm' | 'policy'>> {
  const dataSource = await openDatabase(settings);
  timePool(poolOf(dataSource), metrics.databaseTimes);
  try {
    const told = policySettings(settings);
    const { policy: opened } = await policyAtStart(dataSource.manager, told).catch(asStartRefused);
    const policy = new PolicyInForce(dataSource, told.given, opened);
    return {
      dataSource,
      policy,
      hsm: await openHsm(settings, dataSource, { policy: opened, onOperation: metrics.countHsmOperation }),
    };
  } catch (failure) {
    // Errors here do not matter: the HSM's refusal decides whether the process may end.
    await dataSource.destroy().catch(() => undefined);
    throw failure;
  }
}

function asStartRefused(fault: unknown): never {
  if (fault instanceof PolicyRefused) throw new StartRefused(fault.message, { cause: fault });
  throw fault;
}
