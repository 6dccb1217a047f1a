import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { Provider } from 'oidc-provider';
import { OPERATOR_SCOPES } from '#libs/api-clients';
import { tell } from '../bootstrap/terminal.mjs';
import { hostInUrl, LOOPBACK } from '../network/loopback.js';
import type { CertificateFiles } from './certificate.js';
import { AUDIENCE, configurationOf, CONSOLE_CLIENT, LOGIN_PATH } from './openid-provider-configuration.js';
import { providerKeys } from './openid-provider-keys.js';
import { answerLogin } from './openid-provider-login.js';
import { contentSecurityPolicy } from './openid-provider-pages.js';
import { PERSONS, type Person } from './openid-provider-persons.js';
import { writePrivateFile } from './private-file.js';
import { ownSecret } from './secrets.js';

/** Production refuses an issuer with it. */
const PATH = '/development';
const ACCESS_TOKEN_SECONDS = 300;

export interface OpenIdProviderOptions {
  /** For its key and its port. */
  readonly directory: string;
  /** For its secrets. */
  readonly secrets: string;
  readonly certificate: CertificateFiles;
  /** Public base URL of the operators' listener, the client's redirects are below it. */
  readonly consoleUrl: string;
  /** Looked up for each token; a test may change them meanwhile. Default: asha, ravi and lena. */
  readonly persons?: readonly Person[];
  readonly accessTokenSeconds?: number;
  /** PEM: what the console shows when it is told of a logout. Default: the same certificate. */
  readonly consoleCertificate?: () => string;
}

/** An OpenID provider on the loopback, until it is disposed of. */
export interface OpenIdProvider extends AsyncDisposable {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly persons: readonly Person[];
  /** The settings of a service that trusts it and has its console sign in here. */
  readonly settings: Readonly<Record<string, string>>;
}

/**
 * Starts the OpenID provider of development and tests: the real protocol over TLS, with persons who are picked from a
 * list. It listens only on the loopback, since whoever reaches it may be anyone.
 */
export async function startOpenIdProvider(options: OpenIdProviderOptions): Promise<OpenIdProvider> {
  const { directory, secrets, certificate, consoleUrl, persons = PERSONS } = options;
  for (const folder of [directory, secrets]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  const keys = await providerKeys(directory);
  const clientSecret = ownSecret('console-client-secret', secrets);
  const server = createServer({
    cert: readFileSync(certificate.certificateFile),
    key: readFileSync(certificate.keyFile),
  });
  const end = endingAtOnce(server);
  const port = await listenWhereBefore(server, join(directory, 'port'));
  const issuer = `https://${hostInUrl(LOOPBACK)}:${port}${PATH}`;
  const configuration = configurationOf({
    path: PATH,
    keys,
    cookieSecret: ownSecret('openid-provider-cookies', secrets).value,
    clientSecret: clientSecret.value,
    consoleUrl,
    persons,
    accessTokenSeconds: options.accessTokenSeconds ?? ACCESS_TOKEN_SECONDS,
    consoleCertificate:
      options.consoleCertificate ?? (() => readFileSync(certificate.certificateFile, 'utf8')),
  });
  const protocol = new Provider(issuer, configuration);
  protocol.on('backchannel.error', (_, { message }) =>
    tell(`the OpenID provider could not tell the console of a logout: ${message}`),
  );
  server.on('request', answerer(protocol, persons, new URL(consoleUrl).origin));
  return {
    issuer,
    clientId: CONSOLE_CLIENT,
    clientSecret: clientSecret.value,
    persons,
    settings: {
      OIDC_ISSUER: issuer,
      OIDC_AUDIENCE: AUDIENCE,
      OIDC_KEYS_FILE: keys.publicFile,
      CONSOLE_URL: consoleUrl,
      CONSOLE_OIDC_CLIENT_ID: CONSOLE_CLIENT,
      CONSOLE_OIDC_CLIENT_SECRET_FILE: clientSecret.file(),
      CONSOLE_OIDC_CA_FILE: certificate.certificateFile,
      CONSOLE_OIDC_SCOPES: ['openid', 'profile', ...OPERATOR_SCOPES].join(' '),
    },
    [Symbol.asyncDispose]: end,
  };
}

/**
 * On the port of the last start, if it is free: the issuer is part of who a person is, so with another one nobody could
 * go on with what they had begun.
 */
async function listenWhereBefore(server: Server, file: string): Promise<number> {
  const before = existsSync(file) ? Number(readFileSync(file, 'utf8')) || 0 : 0;
  try {
    await listen(server, before);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause;
    await listen(server, 0);
  }
  const { port } = server.address() as AddressInfo;
  if (port !== before) writePrivateFile(file, String(port));
  return port;
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, LOOPBACK);
  await once(server, 'listening');
}

/** @returns what ends the server and its connections, also those that have not got through TLS */
function endingAtOnce(server: Server): () => Promise<void> {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  return async () => {
    const closed = once(server, 'close');
    server.close();
    for (const socket of open) socket.destroy();
    await closed;
  };
}

/** The provider below PATH, and the login page, which is not its own. */
function answerer(provider: Provider, persons: readonly Person[], consoleOrigin: string) {
  const headers = {
    'Content-Security-Policy': contentSecurityPolicy(consoleOrigin),
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
  };
  const protocol = provider.callback();
  return (request: IncomingMessage & { originalUrl?: string }, response: ServerResponse): void => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    const url = request.url ?? '';
    if (!url.startsWith(`${PATH}/`)) {
      response.writeHead(404).end();
    } else if (url.startsWith(`${PATH}${LOGIN_PATH}`)) {
      answerLogin(provider, persons, request, response).catch((fault: unknown) =>
        response.destroy(fault as Error),
      );
    } else {
      request.originalUrl = url; // by which it finds its own mount point
      request.url = url.slice(PATH.length);
      void protocol(request, response);
    }
  };
}
