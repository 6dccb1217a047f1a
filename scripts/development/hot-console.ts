import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { join } from 'node:path';
import { createServer } from 'vite';
import { CONSOLE } from '../bootstrap/console.mjs';
import { NODE_MODULES, ROOT, VAR } from '../bootstrap/paths.mjs';
import { hostInUrl, LOOPBACK } from '../network/loopback.js';
import type { CertificateFiles } from './certificate.js';
import { samePort } from './service-port.js';

/** Below /console/ these are the service's, and Vite has all else; outside of it everything is the service's. */
const ROUTES_OF_SESSIONS = ['login', 'callback', 'session', 'sessions', 'sign-out', 'backchannel-logout'];
const OF_THE_SERVICE = `^/(?!console(?:[/?]|$))|^/console/(?:${ROUTES_OF_SESSIONS.join('|')})(?:[/?]|$)`;

interface HotConsoleOptions {
  /** Base URL of the operators' listener; it need not be there yet. */
  readonly serviceUrl: string;
  /** Vite shows it as well as the service. */
  readonly certificate: CertificateFiles;
}

export interface HotConsole extends AsyncDisposable {
  /** Where browsers see the console: CONSOLE_URL. */
  readonly url: string;
}

/**
 * The console from its sources: Vite puts a change into open pages, which keep their state, and hands on to the service what
 * is the service's. To the browser both are one origin, so cookies, Fetch Metadata and redirects are as in production; the
 * page's policy is not, since Vite works with inline scripts. It listens on the loopback, as the OpenID provider does, and
 * reads nothing but the console and its packages: below var/ there are secrets.
 */
export async function startHotConsole({ serviceUrl, certificate }: HotConsoleOptions): Promise<HotConsole> {
  const { certificateFile, keyFile } = certificate;
  const cert = readFileSync(certificateFile);
  const port = await samePort(join(VAR, 'console-port'), LOOPBACK);
  const server = await createServer({
    configFile: join(ROOT, CONSOLE, 'vite.config.ts'),
    cacheDir: join(VAR, 'vite'),
    clearScreen: false,
    logLevel: 'error',
    server: {
      host: LOOPBACK,
      port,
      strictPort: true,
      https: { cert, key: readFileSync(keyFile) },
      cors: false,
      fs: { allow: [join(ROOT, CONSOLE), NODE_MODULES] },
      proxy: { [OF_THE_SERVICE]: { target: serviceUrl, agent: new Agent({ ca: cert }) } },
    },
  });
  await server.listen();
  return {
    url: `https://${hostInUrl(LOOPBACK)}:${port}`,
    [Symbol.asyncDispose]: async () => await server.close(),
  };
}
