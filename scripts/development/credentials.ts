import { parseArgs } from 'node:util';
import { runCommand } from '../terminal/run-command.js';
import { DEVELOPMENT_AUDIENCE, DEVELOPMENT_ISSUER, issueTokens, tokenKeys } from './access-tokens.js';
import { developmentCertificate } from './certificate.js';

/**
 * Makes what the development service and its callers identify themselves with, where it is missing or expired, and
 * prints it as JSON: secrets, for the one program that reads this output.
 */
async function credentials(): Promise<void> {
  const { values } = parseArgs({ options: { directory: { type: 'string' } } });
  const directory = values.directory ?? 'var';
  const now = new Date();
  const tls = await developmentCertificate(`${directory}/tls`, now);
  const keys = await tokenKeys(`${directory}/tokens`);
  const clients = await issueTokens(keys, now);
  const tokens = { keysFile: keys.publicFile, issuer: DEVELOPMENT_ISSUER, audience: DEVELOPMENT_AUDIENCE };
  process.stdout.write(JSON.stringify({ tls, tokens, clients }));
}

await runCommand(credentials);
