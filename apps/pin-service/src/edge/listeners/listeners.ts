import { setTimeout as delay } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { hasProductionRules } from '../../config/environments.js';
import type { Settings } from '../../config/schema.js';
import type { Draining } from '../../draining.js';
import type { UnroutedCalls } from '../problems/transport-errors.js';
import { CertificateReload } from '../transport/certificate-reload.js';
import { listenerPlans } from './listener-plan.js';
import { type ListeningServer, openListener } from './listening-server.js';

const CERTIFICATE_CHECK_MS = 5_000;

/** The servers of one application: each passes its requests to the same router. */
export class Listeners {
  #servers: readonly ListeningServer[] = [];
  #reload: NodeJS.Timeout | null = null;
  #certificates: CertificateReload | null = null;

  constructor(
    private readonly application: NestFastifyApplication,
    private readonly settings: Settings,
    private readonly draining: Draining,
    private readonly unrouted: UnroutedCalls,
  ) {}

  /** Until the certificate in use expires; negative afterwards, NaN if there is none. */
  get certificateSecondsLeft(): number {
    return this.#certificates?.secondsLeft ?? Number.NaN;
  }

  /** Of the certificate in use; null if there is none. */
  get certificateEnd(): Date | null {
    return this.#certificates?.end ?? null;
  }

  /**
   * The card apps' listener comes first in the answer and opens last: a client that reaches it finds a complete
   * service.
   */
  async listen(): Promise<readonly ListeningServer[]> {
    const fastify = this.application.getHttpAdapter().getInstance();
    await fastify.ready();
    const route = fastify.routing.bind(fastify);
    const { settings } = this;
    for (const plan of listenerPlans(settings).toReversed()) {
      const server = await openListener(plan, route, settings, this.unrouted);
      this.#servers = [server, ...this.#servers];
    }
    if (settings.TLS_MODE === 'on') this.watchCertificates();
    return this.#servers;
  }

  /**
   * For a while this replica is not ready but still serves. The balancer learns this by its next probe, and every
   * connection that is kept alive gets one more answer, which ends it. Otherwise a client that does not repeat requests
   * would lose one that it had just sent on a connection closed as idle.
   *
   * Then requests that have begun end with their answer, at the latest at the deadline. Internal goes last, so that the
   * load balancer's probes see a replica that is not ready, and not one that has vanished.
   */
  async close(deadlineMs: number): Promise<void> {
    await delay(lingerMs(this.settings));
    if (this.#reload !== null) clearInterval(this.#reload);
    const patience = new AbortController();
    const drained = this.drain().then(() => patience.abort());
    await Promise.race([drained, delay(deadlineMs, undefined, { signal: patience.signal })]).catch(
      () => drained,
    );
    for (const server of this.#servers) server.cut();
  }

  /** Loads the certificates that have changed. */
  reloadCertificates(): void {
    this.#certificates?.check();
  }

  private async drain(): Promise<void> {
    const allAnswered = () => this.draining.allAnswered();
    const internal = this.#servers.filter(({ plan }) => plan.name === 'internal');
    const callers = this.#servers.filter((server) => !internal.includes(server));
    await Promise.all(callers.map((server) => server.drain(allAnswered)));
    await Promise.all(internal.map((server) => server.drain(allAnswered)));
  }

  private watchCertificates(): void {
    this.#certificates = new CertificateReload(this.settings, this.#servers);
    this.#reload = setInterval(() => this.reloadCertificates(), CERTIFICATE_CHECK_MS).unref();
  }
}

/** As set; otherwise two probes of a balancer, and none outside production. */
function lingerMs({ SHUTDOWN_LINGER_MS, PINWARD_ENV }: Settings): number {
  return SHUTDOWN_LINGER_MS ?? (hasProductionRules({ PINWARD_ENV }) ? 5_000 : 0);
}
