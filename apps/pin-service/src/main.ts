import 'reflect-metadata';
import { createService, type Service } from './application.js';
import { ConfigurationError, loadSettings } from './config/load-settings.js';
import { HsmMisconfigured } from '#libs/hsm';
import type { Listening } from './edge/listeners/listeners.js';
import { logLastWords } from './logging/last-words.js';
import { errorFields } from './logging/log-record.js';
import { Log } from './logging/log.js';
import { StartRefused } from './start-refused.js';

async function start(): Promise<void> {
  const settings = loadSettings();
  const log = new Log(settings.LOG_LEVEL);
  logLastWords(log);
  const service = await createService(settings, log);
  stopOnSignal(service);
  const [main, ...others] = await service.listeners.listen();
  for (const { plan, url } of others) console.log(`Pinward serves ${plan.name} on ${url}`);
  if (main !== undefined) announce(main);
}

/** Scripts wait for this line: then everything is served. */
function announce({ url }: Listening): void {
  console.log(`Pinward listens on ${url}`);
}

/** A second signal changes nothing: the deadline stands. */
function stopOnSignal(service: Service): void {
  let stopping: Promise<void> | null = null;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      stopping ??= service.stop().then(
        () => process.exit(0),
        (failure: unknown) => {
          explain(failure);
          process.exit(1);
        },
      );
    });
  }
}

/** The three refusals are written to be read by an operator; of anything else only class and place are told. */
function explain(failure: unknown): void {
  const refused =
    failure instanceof ConfigurationError ||
    failure instanceof HsmMisconfigured ||
    failure instanceof StartRefused;
  console.error(refused ? `Pinward does not start: ${failure.message}` : errorFields(failure));
}

start().catch((failure: unknown) => {
  explain(failure);
  // A pool or a host may still hold the event loop; nothing has been served yet, so nothing is lost.
  process.exit(1);
});
