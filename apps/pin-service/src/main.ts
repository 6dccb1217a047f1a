import type { AddressInfo } from 'node:net';
import 'reflect-metadata';
import { createApplication } from './application.js';
import { ConfigurationError, loadSettings } from './config/load-settings.js';
import { HsmMisconfigured } from '#libs/hsm';
import { StartRefused } from './start-refused.js';

async function start(): Promise<void> {
  const settings = loadSettings();
  const application = await createApplication(settings);
  await application.listen(settings.PORT, settings.HOST);
  const { port } = application.getHttpServer().address() as AddressInfo;
  console.log(`Pinward listens on https://${settings.HOST}:${port}`);
}

/** The three refusals are written to be read by an operator; anything else is a fault of ours and keeps its stack. */
function explain(failure: unknown): void {
  const refused =
    failure instanceof ConfigurationError ||
    failure instanceof HsmMisconfigured ||
    failure instanceof StartRefused;
  console.error(refused ? `Pinward does not start: ${failure.message}` : failure);
}

start().catch((failure: unknown) => {
  explain(failure);
  // A pool or a host may still hold the event loop; nothing has been served yet, so nothing is lost.
  process.exit(1);
});
