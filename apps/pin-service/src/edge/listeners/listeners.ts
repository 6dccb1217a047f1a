import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Settings } from '../../config/schema.js';
import { markZones } from '../zones/request-zones.js';
import { clientErrorHandler } from '../problems/transport-errors.js';
import { CertificateReload } from '../transport/certificate-reload.js';
import { tlsOptions } from '../transport/tls-options.js';
import { limitServer, SERVER_OPTIONS } from '../transport/server-limits.js';
import { listenerPlans, type ListenerPlan } from './listener-plan.js';

const CERTIFICATE_CHECK_MS = 5_000;

type AnyServer = Server | TlsServer;

/** A listener that accepts connections. */
export interface Listening {
  readonly plan: ListenerPlan;
  readonly url: string;
}

/**
 * The servers of one application. The framework owns the card apps' server; the others hand their requests to the same
 * router, which learns from each request by which listener it came.
 */
export class Listeners {
  readonly #servers: AnyServer[] = [];
  #reload: NodeJS.Timeout | null = null;

  constructor(
    private readonly application: NestFastifyApplication,
    private readonly settings: Settings,
  ) {}

  async listen(): Promise<readonly Listening[]> {
    const [main, ...others] = listenerPlans(this.settings);
    const mainServer = this.application.getHttpServer() as AnyServer;
    mainServer.prependListener('request', (request: IncomingMessage) => markZones(request, main.zones));
    limitServer(mainServer, this.settings);
    this.#servers.push(mainServer);
    const listening: Listening[] = [];
    // The others first: whoever sees the card apps' port sees a service that is complete.
    for (const plan of others) listening.push({ plan, url: await this.open(plan) });
    await this.application.listen(main.port, main.host);
    this.watchCertificates();
    return [{ plan: main, url: urlOf(main, mainServer) }, ...listening];
  }

  /** No new connections; those in use end with their answer, at the deadline at the latest. */
  async close(deadlineMs: number): Promise<void> {
    if (this.#reload !== null) clearInterval(this.#reload);
    const cut = setTimeout(() => {
      for (const server of this.#servers) server.closeAllConnections();
    }, deadlineMs);
    await Promise.all(this.#servers.map(closed)).finally(() => clearTimeout(cut));
  }

  private async open(plan: ListenerPlan): Promise<string> {
    const handle = (request: IncomingMessage, response: ServerResponse) => {
      markZones(request, plan.zones);
      this.application.getHttpAdapter().getInstance().routing(request, response);
    };
    const server = plan.tls
      ? createTlsServer({ ...SERVER_OPTIONS, ...tlsOptions(this.settings) }, handle)
      : createServer(SERVER_OPTIONS, handle);
    server.on('clientError', clientErrorHandler);
    limitServer(server, this.settings);
    this.#servers.push(server);
    server.listen(plan.port, plan.host);
    await once(server, 'listening');
    return urlOf(plan, server);
  }

  private watchCertificates(): void {
    const secure = this.#servers.filter((server): server is TlsServer => 'setSecureContext' in server);
    if (secure.length === 0) return;
    const reload = new CertificateReload(this.settings, secure);
    this.#reload = setInterval(() => reload.check(), CERTIFICATE_CHECK_MS).unref();
  }
}

async function closed(server: AnyServer): Promise<void> {
  if (!server.listening) return;
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}

function urlOf({ tls, host }: ListenerPlan, server: AnyServer): string {
  const { port } = server.address() as AddressInfo;
  return `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
