import { closeSync, openSync, writeSync } from 'node:fs';
import {
  allItems,
  PinwardError,
  type CardImport,
  type ImportedLine,
  type PinwardClient,
} from '#libs/client/backend';
import { ProgressBar } from '../terminal/told.js';
import type { CardFile, Part } from './card-file.js';

/** What became of a portfolio. */
export interface Moved {
  readonly registered: number;
  readonly existing: number;
  readonly failed: number;
}

type Count = Pick<CardImport, 'registered' | 'existing' | 'failed'>;

/** A file of lines of JSON that only its owner may read; what was in it is gone. */
export class LineFile implements Disposable {
  readonly #descriptor: number;

  constructor(readonly path: string) {
    this.#descriptor = openSync(path, 'w', 0o600);
  }

  write(line: object): void {
    writeSync(this.#descriptor, `${JSON.stringify(line)}\n`);
  }

  [Symbol.dispose](): void {
    closeSync(this.#descriptor);
  }
}

export interface Movement {
  readonly client: PinwardClient;
  readonly file: CardFile;
  readonly parts: readonly Part[];
  /** Of the file. */
  readonly lines: number;
  /** Gets the lines that failed, with their numbers in the file. */
  readonly report: LineFile;
  /** Gets reference and id of each card. */
  readonly ids: LineFile | null;
}

/**
 * Sends a file part by part, each in a call of its own under its own request id. What an earlier run has done is not done
 * again.
 *
 * @throws PinwardError of a call that has no result
 */
export async function movePortfolio(movement: Movement): Promise<Moved> {
  const { client, file, parts, lines } = movement;
  const bar = new ProgressBar('lines', lines);
  const total = { registered: 0, existing: 0, failed: 0 };
  for (const part of parts) {
    const cards = () => file.linesOf(part, (count) => bar.show(part.before + count));
    const state = await client.importCards({ cards }, { requestId: part.requestId });
    await tellLines(movement, part, state);
    for (const outcome of ['registered', 'existing', 'failed'] as const) total[outcome] += state[outcome];
  }
  return total;
}

async function tellLines({ client, report, ids }: Movement, part: Part, state: CardImport): Promise<void> {
  const outcome = ids === null ? ('failed' as const) : undefined;
  if (outcome === 'failed' && state.failed === 0) return;
  const { importId } = state;
  const page = (cursor: string | undefined) =>
    client.listImportedLines({ importId, outcome, cursor, limit: 1_000 });
  for await (const line of allItems(page)) {
    if (line.outcome === 'failed') report.write(inFile(line, part));
    else ids?.write({ cardRef: line.cardRef, cardId: line.cardId });
  }
}

function inFile({ line, cardRef, cardId, code, pointer, detail }: ImportedLine, { before }: Part): object {
  return { line: before + line, cardRef, cardId, code, pointer, detail };
}

/** What a call was about that has no result, for the person at the terminal. */
export function explainCall(error: PinwardError): string {
  const { problem, requestId } = error;
  const told: Count | undefined = problem?.import;
  const done = told === undefined ? '' : `; done: ${told.registered} registered, ${told.existing} existing`;
  const cause = error.cause instanceof Error ? ` (${causeOf(error.cause)})` : '';
  return `${error.message}${cause}; request ${requestId ?? 'without an id'}${done}`;
}

function causeOf(error: Error): string {
  return error.cause instanceof Error ? error.cause.message : error.message;
}
