import { join } from 'node:path';
import { privateDirectory, VAR } from '../bootstrap/paths.mjs';
import type { CertificateFiles } from './certificate.js';
import type { DevelopmentEnvironment } from './environment.js';
import { startHotConsole } from './hot-console.js';
import { startOpenIdProvider } from './openid-provider.js';
import { freePort, portOf, reachable } from './service-port.js';

/** With one of these the caller has a provider of their own, and none is started. */
const ANOTHER_PROVIDER = /^(OIDC_(ISSUER|KEYS_FILE|KEYS_URL)|CONSOLE_OIDC_.+)$/;

/** When a change of the console is seen: with the service that is built next, or at once, from Vite. */
export type ConsoleChanges = 'built' | 'at once';

/** The console of the development service. */
export interface DevelopmentConsole extends AsyncDisposable {
  readonly url: string;
  readonly changes: ConsoleChanges;
  /** Who may sign in. */
  readonly operators: readonly string[];
  /** Of the service, weaker than the caller's. */
  readonly settings: Readonly<Record<string, string>>;
  /** Stronger than the caller's: the port that PORT=0, or ADMIN_PORT=0, has become. */
  readonly port: Readonly<Record<string, string>>;
}

/** Starts the provider where the console's persons sign in, unless the caller has one; then null. */
export async function developmentConsole(
  environment: DevelopmentEnvironment,
  certificate: CertificateFiles,
  changes: ConsoleChanges,
): Promise<DevelopmentConsole | null> {
  const { forService } = environment;
  const given = Object.entries(forService).filter(([, value]) => value);
  if (given.some(([name]) => ANOTHER_PROVIDER.test(name))) return null;
  const { host, setting, port } = await operatorsListener(environment);
  const serviceUrl = `https://${reachable(host)}:${port}`;
  const givenUrl = forService['CONSOLE_URL']?.replace(/\/$/, '') || null;
  // Where browsers come in elsewhere, through a proxy of the caller's, Vite would be passed by.
  const isHot = changes === 'at once' && givenUrl === null;
  const hot = isHot ? await startHotConsole({ serviceUrl, certificate }) : null;
  const consoleUrl = givenUrl ?? hot?.url ?? serviceUrl;
  const options = {
    directory: privateDirectory('openid-provider'),
    secrets: join(VAR, 'secrets'),
    certificate,
    consoleUrl,
  };
  const provider = await startOpenIdProvider(options).catch(async (fault: unknown) => {
    await hot?.[Symbol.asyncDispose]();
    throw fault;
  });
  return {
    url: `${consoleUrl}/console/`,
    changes: hot === null ? 'built' : 'at once',
    operators: provider.persons.map(({ subject }) => subject),
    settings: provider.settings,
    port: { [setting]: String(port) },
    [Symbol.asyncDispose]: async () => {
      await provider[Symbol.asyncDispose]();
      await hot?.[Symbol.asyncDispose]();
    },
  };
}

/** The provider must know where it sends people back before the service is there: a free port is chosen here. */
async function operatorsListener({ host, port, forService }: DevelopmentEnvironment) {
  const { ADMIN_HOST: ownHost, ADMIN_PORT: ownPort } = forService;
  const chosen = ownPort
    ? { host: ownHost || host, setting: 'ADMIN_PORT', port: portOf(ownPort) }
    : { host, setting: 'PORT', port };
  return chosen.port === 0 ? { ...chosen, port: await freePort(chosen.host) } : chosen;
}
