import { parseArgs } from 'node:util';
import { runCommand } from '../terminal/run-command.js';
import { developmentCertificate } from './certificate.js';

/** Makes the development certificate where it is missing or about to expire, and prints where it is, as JSON. */
async function certificate(): Promise<void> {
  const { values } = parseArgs({ options: { directory: { type: 'string' } } });
  const tls = await developmentCertificate(`${values.directory ?? 'var'}/tls`, new Date());
  process.stdout.write(JSON.stringify(tls));
}

await runCommand(certificate);
