import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JWK } from 'jose';
import { Agent, fetch, type RequestInit, type Response } from 'undici';
import { developmentCertificate } from '../../scripts/development/certificate.js';
import {
  startOpenIdProvider,
  type OpenIdProvider,
  type OpenIdProviderOptions,
} from '../../scripts/development/openid-provider.js';
import { CookieJar } from './cookie-jar.js';

/** The development provider with a folder of its own, trusted by `fetch` and `browser`. */
export class TestOpenIdProvider implements AsyncDisposable {
  readonly #agent: Agent;

  private constructor(
    private readonly folder: string,
    readonly provider: OpenIdProvider,
    certificateFile: string,
  ) {
    this.#agent = new Agent({ connect: { ca: readFileSync(certificateFile) } });
  }

  static async start(
    options: Pick<
      OpenIdProviderOptions,
      'consoleUrl' | 'persons' | 'accessTokenSeconds' | 'consoleCertificate'
    >,
  ): Promise<TestOpenIdProvider> {
    const folder = mkdtempSync(join(tmpdir(), 'pinward-provider-'));
    const certificate = await developmentCertificate(join(folder, 'tls'), new Date());
    const directory = join(folder, 'openid-provider');
    const secrets = join(folder, 'secrets');
    const provider = await startOpenIdProvider({ ...options, directory, secrets, certificate });
    return new TestOpenIdProvider(folder, provider, certificate.certificateFile);
  }

  /** Trusts the provider's certificate and no other; follows no redirect. */
  readonly fetch = (url: string | URL, init: RequestInit = {}): Promise<Response> =>
    fetch(url, { ...init, redirect: 'manual', dispatcher: this.#agent });

  /** With which it signs all its tokens, as a private JWK. */
  signingKey(): JWK {
    return JSON.parse(readFileSync(join(this.folder, 'openid-provider/signing-key.json'), 'utf8')) as JWK;
  }

  browser(): Browser {
    return new Browser(this.provider.issuer, this.fetch);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.provider[Symbol.asyncDispose]();
    await this.#agent.destroy();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Where a browser has arrived: at a page of the provider, or with a redirect that leads away from it. */
interface Arrived {
  readonly url: URL;
  /** Null where it was sent away: nothing is fetched there. */
  readonly page: {
    readonly status: number;
    readonly html: string;
    readonly headers: Response['headers'];
  } | null;
}

/** A browser without script: it keeps cookies, follows redirects, and submits forms. */
export class Browser {
  readonly #cookies = new CookieJar();

  constructor(
    private readonly issuer: string,
    private readonly ask: TestOpenIdProvider['fetch'],
  ) {}

  async visit(address: string | URL, init: RequestInit = {}): Promise<Arrived> {
    const url = new URL(address);
    if (url.origin !== new URL(this.issuer).origin) return { url, page: null };
    const response = await this.ask(url, {
      ...init,
      headers: { ...init.headers, ...this.#cookies.header() },
    });
    this.#cookies.keep(response.headers.getSetCookie());
    const html = await response.text();
    const location = response.headers.get('location');
    if (location !== null) return await this.visit(new URL(location, url));
    return { url, page: { status: response.status, html, headers: response.headers } };
  }

  /** Presses a button of a page's form, which posts its hidden fields too. */
  async press({ url, page }: Arrived, name: string, value: string): Promise<Arrived> {
    const html = page?.html ?? '';
    if (!html.includes(`name="${name}" value="${value}"`)) throw new Error(`no such button at ${url.href}`);
    const fields = new URLSearchParams({ [name]: value });
    for (const [, field = '', content = ''] of html.matchAll(
      /<input type="hidden" name="(\w+)" value="(\w+)"/g,
    ))
      fields.set(field, content);
    const action = /<form[^>]* action="([^"]+)"/.exec(html)?.[1];
    return await this.visit(new URL(action ?? url, url), {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: fields.toString(),
    });
  }

  /** @param address of an authorization request @returns the callback's address, with the code */
  async signIn(address: string | URL, person: string): Promise<URL> {
    const { url } = await this.press(await this.visit(address), 'person', person);
    return url;
  }
}
