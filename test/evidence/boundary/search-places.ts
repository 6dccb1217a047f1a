import { readFileSync } from 'node:fs';
import { NeedleSet, type Needle } from '../../rigs/memory-scan.js';
import { databaseDump, databaseFiles, searchMemory, searchPieces, type Finding } from './places.js';
import type { Witness } from './witnesses.js';

/** On the host's side of the boundary: R0 is theirs to see, PINs are not. */
export const BESIDE_THE_HOST = ['outputs of the module', 'log of the witness'] as const;

export const BEYOND_THE_HOST = [
  'memory of the service',
  'log of the service',
  'screen of the demo',
  'requests',
  'answers',
  'database dump',
  'files of the database',
] as const;

export const PLACES = [...BESIDE_THE_HOST, ...BEYOND_THE_HOST];
export type Place = (typeof PLACES)[number];

type Findings<Where extends Place> = Readonly<Record<Where, readonly Finding[]>>;

export function searchWitness(
  witness: Pick<Witness, 'calls' | 'logFile'>,
  needles: readonly Needle[],
): Findings<(typeof BESIDE_THE_HOST)[number]> {
  const set = new NeedleSet(needles);
  const outputs = witness.calls().flatMap((call) => call.outputs);
  return {
    'outputs of the module': searchPieces(outputs, set),
    'log of the witness': searchPieces([{ where: 'file', bytes: readFileSync(witness.logFile) }], set),
  };
}

/** Everything beyond the HSM host that a secret could have reached. */
export interface Surroundings {
  readonly service: { readonly pid: number; readonly output: string };
  readonly relay: { readonly requests: Buffer; readonly answers: Buffer };
  readonly superuserUrl: string;
  /** What the demo showed. */
  readonly printed: string;
}

export interface SurroundingsSearch {
  readonly findings: Findings<(typeof BEYOND_THE_HOST)[number]>;
  /** Of the service's memory. */
  readonly scannedBytes: number;
}

export async function searchSurroundings(
  { service, relay, superuserUrl, printed }: Surroundings,
  needles: readonly Needle[],
): Promise<SurroundingsSearch> {
  // First, while nothing new has overwritten it.
  const memory = searchMemory(service.pid, needles);
  const set = new NeedleSet(needles);
  const whole = (content: string | Buffer) =>
    searchPieces([{ where: 'all of it', bytes: Buffer.from(content) }], set);
  return {
    scannedBytes: memory.scannedBytes,
    findings: {
      'memory of the service': memory.findings,
      'log of the service': whole(service.output),
      'screen of the demo': whole(printed),
      requests: whole(relay.requests),
      answers: whole(relay.answers),
      'database dump': searchPieces(await databaseDump(superuserUrl), set),
      'files of the database': searchPieces(await databaseFiles(superuserUrl), set),
    },
  };
}
