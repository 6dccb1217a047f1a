import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { createService, type Service } from './application.js';
import { runCommandLine } from './command-line.js';
import { loadConfiguration } from './config/load-configuration.js';
import { ConfigurationError, logFormat } from './config/load-settings.js';
import type { Settings } from './config/schema.js';
import { HsmMisconfigured, LoginRefused } from '#libs/hsm';
import { UnfitCertificate } from './edge/transport/certificate-pair.js';
import type { ZoneName } from './edge/routes/declarations.js';
import { standStill } from './health/stand-still.js';
import { FrameworkLog } from './logging/framework-log.js';
import { logLastWords, logWarnings } from './logging/last-words.js';
import { Log } from './logging/log.js';
import { Spoken, VERSION } from './logging/spoken.js';
import { StartRefused } from './start-refused.js';

const LISTENS: Readonly<Record<ZoneName, string>> = {
  'card-apps': 'listens',
  operators: 'operators listen',
  internal: 'internal listens',
};

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
const REHEARSAL =
  'this is a rehearsal: the rules of production, with a token that may be SoftHSM2; no card of a customer belongs here';
/** The longest timer. */
const FOREVER_MS = 2 ** 31 - 1;

const log = new Log('info');
const spoken = new Spoken(log, logFormat());

async function start(): Promise<void> {
  const reload = reloadOnSignal();
  if (logFormat() === 'json') logWarnings(log);
  logLastWords(log);
  // Set before Nest is created, for messages while database and HSM are opened.
  Logger.overrideLogger(new FrameworkLog(log));
  const { settings, warnings } = loadConfiguration();
  log.useLevel(settings.LOG_LEVEL);
  log.write('info', { message: `Pinward starts on Node.js ${process.version}`, version: VERSION });
  let service: Service;
  try {
    service = await createService(settings, log);
  } catch (failure) {
    if (failure instanceof LoginRefused) return await waitForAPerson(settings, failure);
    throw failure;
  }
  stopOnSignal(service);
  reload.of(service);
  for (const warning of warnings) new Logger('Settings').warn(warning);
  if (settings.PINWARD_ENV === 'rehearsal') new Logger('Settings').warn(REHEARSAL);
  const listening = await service.listeners.listen();
  // The card apps' line comes last. Scripts wait for it: then everything is served.
  for (const { plan, url } of listening.toReversed())
    spoken.say('info', `Pinward ${LISTENS[plan.name]} on ${url}`);
}

/** By default SIGHUP ends the process. While there is nothing to reload yet, it does nothing. */
function reloadOnSignal(): { of(service: Service): void } {
  let reload: () => Promise<void> = () => Promise.resolve();
  process.on('SIGHUP', () => void reload());
  return { of: (service) => (reload = () => service.reload()) };
}

/** A second signal changes nothing: the deadline stands. */
function stopOnSignal(service: Service): void {
  let stopping: Promise<void> | null = null;
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      log.write('info', { message: stopping === null ? `${signal}: stops` : `${signal}: stopping already` });
      stopping ??= service.stop().then(
        () => process.exit(0),
        (failure: unknown) => {
          spoken.sayFault('the stop failed', failure);
          process.exit(1);
        },
      );
    });
  }
}

/**
 * Ends only with a signal: a supervisor that starts this process again causes another login, and logins lock a token.
 */
async function waitForAPerson(settings: Settings, refusal: LoginRefused): Promise<void> {
  for (const signal of SIGNALS)
    process.on(signal, () => {
      log.write('info', { message: `${signal}: ends` });
      process.exit(1);
    });
  setInterval(() => undefined, FOREVER_MS);
  explain(refusal);
  spoken.say(
    'error',
    'Pinward waits, not ready, and makes no further login: each costs one of the few attempts after which a token ' +
      'locks. Look at PKCS11_TOKEN_PIN and at the token, then restart this process; others need no restart.',
  );
  try {
    spoken.say('info', `Pinward ${LISTENS.internal} on ${await standStill(settings, refusal)}`);
  } catch (failure) {
    spoken.sayFault('health is not served', failure);
  }
}

/** These refusals are written for an operator; of other errors only class and place are written. */
function explain(failure: unknown): void {
  const refused =
    failure instanceof ConfigurationError ||
    failure instanceof HsmMisconfigured ||
    failure instanceof StartRefused ||
    failure instanceof UnfitCertificate;
  if (refused) spoken.say('fatal', `Pinward does not start: ${failure.message}`);
  else spoken.sayFault('Pinward does not start', failure);
}

const args = process.argv.slice(2);
if (args.length > 0) process.exitCode = await runCommandLine(args);
else {
  start().catch((failure: unknown) => {
    explain(failure);
    // A pool or a host may still hold the event loop; nothing has been served yet, so nothing is lost.
    process.exit(1);
  });
}
