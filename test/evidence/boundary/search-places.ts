import { readFileSync } from 'node:fs';
import { NeedleSet, type Needle } from '../../support/memory-scan.js';
import { databaseDump, databaseFiles, searchMemory, searchPieces, type Finding } from './places.js';
import type { Witness } from './witnesses.js';

/** Everything outside the HSM host that a secret could have reached. */
export interface Surroundings {
  readonly service: { readonly pid: number; readonly output: string };
  readonly relay: { readonly requests: Buffer; readonly answers: Buffer };
  readonly witness: Pick<Witness, 'calls' | 'logFile'>;
  readonly superuserUrl: string;
  /** What the demo showed. */
  readonly printed: string;
}

export const PLACES = [
  'memory of the service',
  'outputs of the module',
  'log of the witness',
  'log of the service',
  'screen of the demo',
  'requests',
  'answers',
  'database dump',
  'files of the database',
] as const;
export type Place = (typeof PLACES)[number];

export interface SearchResult {
  readonly findings: Readonly<Record<Place, readonly Finding[]>>;
  /** Of the service's memory. */
  readonly scannedBytes: number;
}

export async function searchPlaces(
  { service, relay, witness, superuserUrl, printed }: Surroundings,
  needles: readonly Needle[],
): Promise<SearchResult> {
  // First, while nothing new has overwritten it.
  const memory = searchMemory(service.pid, needles);
  const set = new NeedleSet(needles);
  const whole = (where: Place, content: string | Buffer) =>
    searchPieces([{ where, bytes: Buffer.from(content) }], set);
  return {
    scannedBytes: memory.scannedBytes,
    findings: {
      'memory of the service': memory.findings,
      'outputs of the module': searchPieces(
        witness.calls().flatMap((call) => call.outputs),
        set,
      ),
      'log of the witness': whole('log of the witness', readFileSync(witness.logFile)),
      'log of the service': whole('log of the service', service.output),
      'screen of the demo': whole('screen of the demo', printed),
      requests: whole('requests', relay.requests),
      answers: whole('answers', relay.answers),
      'database dump': searchPieces(await databaseDump(superuserUrl), set),
      'files of the database': searchPieces(await databaseFiles(superuserUrl), set),
    },
  };
}
