import { randomUUID } from 'node:crypto';
import type { OpenIdProviderOptions } from '../../scripts/development/openid-provider.js';
import type { Person } from '../../scripts/development/openid-provider-persons.js';
import { freePort } from '../../scripts/development/service-port.js';
import { CookieJar } from '../rigs/cookie-jar.js';
import { TestOpenIdProvider, type Browser } from '../rigs/openid-provider.js';
import { ServiceProcess, type ServiceRequest, type ServiceResponse } from '../rigs/service-process.js';
import { ServiceKit } from '../service/service-kit.js';

export const SESSION_COOKIE = '__Host-pinward-console';
export const LOGIN_COOKIE = '__Host-pinward-login';

/** The service with its console, on listeners of its own, and the provider where its operators sign in. */
export class ConsoleRig implements AsyncDisposable {
  #successor: ServiceProcess | null = null;

  private constructor(
    readonly kit: ServiceKit,
    readonly provider: TestOpenIdProvider,
    /** Of the operators' listener. */
    readonly url: string,
    private readonly settings: Readonly<Record<string, string>>,
  ) {}

  static async open(
    persons: readonly Person[],
    {
      environment = {},
      ...provided
    }: { readonly environment?: Readonly<Record<string, string>> } & Pick<
      OpenIdProviderOptions,
      'accessTokenSeconds'
    > = {},
  ): Promise<ConsoleRig> {
    const port = await freePort('127.0.0.1');
    const url = `https://127.0.0.1:${port}`;
    let kit: ServiceKit | null = null;
    const consoleCertificate = () => kit?.identity.certificate ?? '';
    const provider = await TestOpenIdProvider.start({
      consoleUrl: url,
      persons,
      consoleCertificate,
      ...provided,
    });
    const settings = { ADMIN_PORT: String(port), ...provider.provider.settings, ...environment };
    kit = await ServiceKit.open(settings);
    return new ConsoleRig(kit, provider, url, settings);
  }

  /** A browser that has signed in. */
  async signedIn(person: string): Promise<Visitor> {
    const visitor = this.visitor();
    await visitor.signIn(person);
    return visitor;
  }

  visitor(): Visitor {
    return new Visitor(this, this.provider.browser());
  }

  /** The service is gone, without a word. */
  async goAway(): Promise<void> {
    await (this.#successor ?? this.kit.service).kill();
  }

  /** It is there again, on the operators' address, with the same data. */
  async comeBack(): Promise<void> {
    const { identity, database, token } = this.kit;
    this.#successor = await ServiceProcess.start({
      identity,
      databaseUrl: database.serviceUrl,
      token,
      environment: this.settings,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#successor?.[Symbol.asyncDispose]();
    await this.kit[Symbol.asyncDispose]();
    await this.provider[Symbol.asyncDispose]();
  }
}

export interface SessionView {
  readonly session_id: string;
  readonly subject: string;
  readonly scopes: readonly string[];
  readonly csrf_token: string;
  readonly provider_logout: boolean;
  readonly idle_ends_at: string;
}

/** What a browser does with the service: it keeps cookies, and sends what a page would. */
export class Visitor {
  readonly cookies = new CookieJar();

  constructor(
    private readonly rig: ConsoleRig,
    readonly atProvider: Browser,
  ) {}

  /** @returns where the provider sends the browser back to, without going there */
  async beginLogin(person: string, query = ''): Promise<URL> {
    const { status, headers } = await this.send('GET', `/console/login${query}`);
    if (status !== 302) throw new Error(`no login: ${status}`);
    return await this.atProvider.signIn(String(headers.location), person);
  }

  /** @returns where the login leads to */
  async signIn(person: string, query = ''): Promise<string> {
    const { pathname, search } = await this.beginLogin(person, query);
    const { headers } = await this.send('GET', `${pathname}${search}`);
    return String(headers.location);
  }

  async session(): Promise<SessionView> {
    const { status, body } = await this.send('GET', '/console/session');
    if (status !== 200) throw new Error(`no session: ${status} ${JSON.stringify(body)}`);
    return body as SessionView;
  }

  /** As a page of the console does it. */
  async post(
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<ServiceResponse> {
    const { csrf_token } = await this.session();
    return await this.send('POST', path, {
      body,
      headers: { 'x-csrf-token': csrf_token, 'x-request-id': randomUUID(), ...headers },
    });
  }

  /** With the cookies, and nothing that the page adds. */
  async send(
    method: string,
    path: string,
    { headers = {}, ...request }: ServiceRequest = {},
  ): Promise<ServiceResponse> {
    const answer = await this.rig.kit.service.request(method, `${this.rig.url}${path}`, {
      ...request,
      headers: { ...this.cookies.header(), 'sec-fetch-site': 'same-origin', ...headers },
    });
    this.cookies.keep(answer.headers['set-cookie']);
    return answer;
  }
}
