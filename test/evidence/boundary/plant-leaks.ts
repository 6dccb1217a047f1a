import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import type { Needle } from '../../rigs/memory-scan.js';
import { createTestDatabase } from '../../rigs/postgres.js';
import { ServiceProcess, type TestIdentity } from '../../rigs/service-process.js';
import type { TestToken } from '../../rigs/token.js';
import { masked } from './masked.mjs';
import type { ModuleCall } from './module-calls.js';
import { RecordingRelay } from './recording-relay.js';
import { searchSurroundings, type SurroundingsSearch } from './search-places.js';
import type { Witness } from './witnesses.js';

const LEAKY_SERVICE = fileURLToPath(new URL('leaky-service.ts', import.meta.url));
const RULE_BREAKER = fileURLToPath(new URL('rule-breaker.ts', import.meta.url));

/** Puts all forms of a secret into every place beyond the host, and searches them exactly as those of the demo. */
export async function plantLeaks(
  { identity, token }: { readonly identity: TestIdentity; readonly token: TestToken },
  needles: readonly Needle[],
): Promise<SurroundingsSearch> {
  const secrets = needles.map(({ bytes }) => bytes);
  const together = Buffer.concat(secrets);
  await using database = await createTestDatabase();
  const { superuserUrl, serviceUrl: databaseUrl } = database;
  await plantRows(superuserUrl, needles);
  const environment = { LEAKS: masked(secrets) };
  const entry = LEAKY_SERVICE;
  await using service = await ServiceProcess.start({ identity, token, databaseUrl, environment, entry });
  await using relay = await RecordingRelay.start(identity, service.baseUrl);
  const agent = new Agent({ ca: identity.certificate });
  // Not by sendRequest: the contract has no such answer.
  const outgoing = request(relay.baseUrl, { method: 'POST', agent, timeout: 60_000 }).end(together);
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  await buffer(answer);
  agent.destroy();
  const printed = needles
    .filter(isReadable)
    .map(({ bytes }) => bytes.toString())
    .join('\n');
  return await searchSurroundings({ service, relay, superuserUrl, printed }, needles);
}

/** Uses the token through the witness as no HSM host may. */
export function breakRules(
  { token, witness }: { readonly token: TestToken; readonly witness: Witness },
  pinField: Buffer,
  needles: readonly Needle[],
): readonly ModuleCall[] {
  const secrets = masked([pinField, ...needles.map(({ bytes }) => bytes)]);
  const orders = { module: witness.module, tokenPin: token.tokenPin.reveal(), secrets };
  execFileSync(process.execPath, [RULE_BREAKER], {
    input: JSON.stringify(orders),
    env: { ...token.environment, ...witness.environment },
  });
  return witness.calls();
}

/** What can be written to a log, or be seen in the text of a dump. */
export function isReadable({ bytes }: Needle): boolean {
  return /^[\x20-\x7e\n]+$/.test(bytes.toString('latin1'));
}

async function plantRows(superuserUrl: string, needles: readonly Needle[]): Promise<void> {
  const client = new pg.Client(superuserUrl);
  await client.connect();
  const texts = needles.filter(isReadable).map(({ bytes }) => bytes.toString());
  await client.query('CREATE TABLE planted (readable text, raw bytea)');
  await client.query('INSERT INTO planted SELECT * FROM unnest($1::text[], $2::bytea[])', [
    texts,
    needles.map(({ bytes }) => bytes),
  ]);
  await client.end();
}
