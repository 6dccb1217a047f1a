import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { hostPids, isAlive } from './host-pids.js';
import { MODULE_VARIABLES } from '../support/module-variables.js';
import { PROJECT_ROOT } from '../support/project-root.js';
import { sendRequest, type ServiceRequest, type ServiceResponse } from './service-request.js';
import type { TestIdentity } from './test-identity.js';
import type { TestToken } from './token.js';

export type { ServiceRequest, ServiceResponse } from './service-request.js';
export { TestIdentity, type TokenClaims } from './test-identity.js';

const SERVICE = join(PROJECT_ROOT, 'apps/pin-service/bin/pin-service');

/** As text, or in a line of JSON. */
const READY = /Pinward listens on (https?:\/\/[^\s"]+)/;
const START_DEADLINE_MS = 60_000;
const STOP_DEADLINE_MS = 30_000;
const LAST_WORDS_MS = 1_000;

export interface ServiceOptions {
  readonly identity: TestIdentity;
  /** For the service's role; it may be a PgProxy's address. */
  readonly databaseUrl: string;
  /** Its keys must be registered in the database. */
  readonly token: Pick<TestToken, 'module' | 'tokenLabel' | 'tokenPin' | 'environment'>;
  /** Instead of the token's module: the shim, the spy. */
  readonly module?: string;
  /**
   * Further settings and variables, e.g. PIN_MAX_TRIES or those of the shim; they take precedence. Undefined removes
   * one.
   */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Another program than the compiled service. */
  readonly entry?: string;
  /** Another installation's bin/pin-service. */
  readonly program?: string;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The compiled service as a process, on a free port. */
export class ServiceProcess implements AsyncDisposable {
  readonly exited: Promise<Exit>;
  readonly #closed: Promise<void>;
  readonly #agent: Agent;
  readonly #hosts = new Set<number>();
  #output = '';
  #baseUrl = '';

  private constructor(
    private readonly child: ChildProcessByStdio<null, Readable, Readable>,
    identity: TestIdentity,
  ) {
    this.exited = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
    this.#closed = new Promise((resolve) => child.once('close', () => resolve()));
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (part: string) => (this.#output += part));
    }
    this.#agent = new Agent({ keepAlive: true, ca: identity.certificate });
  }

  /** @throws Error with the service's output when it ends instead of listening */
  static async start(options: ServiceOptions): Promise<ServiceProcess> {
    const service = ServiceProcess.launch(options);
    try {
      await service.ready();
      return service;
    } catch (failure) {
      await service[Symbol.asyncDispose]();
      throw failure;
    }
  }

  /** Without waiting until it listens: for refusals at start, and for kills before that. */
  static launch({
    identity,
    databaseUrl,
    token,
    module,
    environment,
    entry,
    program = SERVICE,
  }: ServiceOptions): ServiceProcess {
    const [file, ...args] = entry === undefined ? [program] : [process.execPath, entry];
    const child = spawn(file, args, {
      cwd: PROJECT_ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...token.environment,
        ...identity.environment,
        PINWARD_NODE: process.execPath,
        PINWARD_ENV: 'test',
        HSM_ENVIRONMENT: MODULE_VARIABLES,
        HOST: '127.0.0.1',
        PORT: '0',
        DATABASE_URL: databaseUrl,
        PKCS11_MODULE: module ?? token.module,
        PKCS11_TOKEN_LABEL: token.tokenLabel,
        PKCS11_TOKEN_PIN: token.tokenPin.reveal(),
        ...environment,
      },
    });
    return new ServiceProcess(child, identity);
  }

  /** "https://127.0.0.1:PORT" */
  get baseUrl(): string {
    return this.#baseUrl;
  }

  /** "https://127.0.0.1:PORT" of a further listener. @throws Error when it has none */
  urlOf(zone: 'operators' | 'internal'): string {
    const url = new RegExp(`Pinward ${zone} listens? on ([^\\s"]+)`).exec(this.#output)?.[1];
    if (url === undefined) throw new Error(`no ${zone} listener:\n${this.#output}`);
    return url;
  }

  get pid(): number {
    return this.child.pid ?? -1;
  }

  /** The HSM hosts that run now: its children. */
  hostPids(): readonly number[] {
    const pids = hostPids(this.pid);
    for (const pid of pids) this.#hosts.add(pid);
    return pids;
  }

  /** All it has written so far, both streams. */
  get output(): string {
    return this.#output;
  }

  async ready(): Promise<void> {
    const deadline = AbortSignal.timeout(START_DEADLINE_MS);
    while (this.#baseUrl === '') {
      const more = Promise.race([once(this.child.stdout, 'data', { signal: deadline }), this.exited]);
      const ended = await more.then(() => this.child.exitCode !== null || this.child.signalCode !== null);
      this.#baseUrl = READY.exec(this.#output)?.[1] ?? '';
      if (ended && this.#baseUrl === '') throw new Error(`the service has ended:\n${await this.lastWords()}`);
    }
    this.hostPids();
  }

  /** All output of a service that ends by itself, with the reason of its refusal to start. */
  async lastWords(): Promise<string> {
    await this.exited;
    // A hung HSM host keeps the pipes open; the service's output arrived long before.
    await Promise.race([this.#closed, delay(LAST_WORDS_MS)]);
    return this.#output;
  }

  /** Over kept-alive connections, one for each simultaneous request; `path` may be a URL of another listener. */
  async request(method: string, path: string, request: ServiceRequest = {}): Promise<ServiceResponse> {
    return await sendRequest({ method, url: new URL(path, this.#baseUrl), agent: this.#agent }, request);
  }

  /** Returns when the process has ended; its HSM host may still be on its way out. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<Exit> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.hostPids();
      this.child.kill(signal);
    }
    return await this.exited;
  }

  /** SIGTERM. @throws Error when the service has not stopped in time */
  async stop(): Promise<Exit> {
    const timeout = AbortSignal.timeout(STOP_DEADLINE_MS);
    const late = once(timeout, 'abort').then(() => {
      throw new Error(`the service did not stop:\n${this.#output}`);
    });
    return await Promise.race([this.kill('SIGTERM'), late]);
  }

  /** Leaves nothing behind, not even a hung HSM host. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#agent.destroy();
    await this.kill();
    for (const pid of this.#hosts) if (isHost(pid)) process.kill(pid, 'SIGKILL');
  }
}

/** Process ids are used again, so this makes sure that only a host is killed. */
function isHost(pid: number): boolean {
  return isAlive(pid) && /pinward-hsm-host|host-main\.js/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
}
