import { open } from 'node:fs/promises';
import { readNote } from '../checkpoint/checkpoint.js';
import type { VerifierKey } from '../checkpoint/verifier-key.js';
import { checkpointOf, recordIn } from './records.js';

/** The contents of a stream's files, before anything is put back. */
export interface StreamContents {
  /** Its newest checkpoint of this trail; null without one. */
  readonly checkpoint: { readonly note: string; readonly size: number } | null;
  /** One more than the last line. */
  readonly end: number;
}

/** @param paths in the order in which they were written */
export async function surveyStream(
  paths: readonly string[],
  origin: string,
  keys: readonly VerifierKey[],
): Promise<StreamContents> {
  let checkpoint: StreamContents['checkpoint'] = null;
  let end = 0;
  for await (const record of recordsIn(paths)) {
    const note = checkpointOf(record);
    if (note === null) {
      end = Math.max(end, Number(/^\{"leaf":(\d{1,15}),/.exec(record)?.[1] ?? -1) + 1);
      continue;
    }
    const read = readNote(note, origin, keys);
    if (!(read instanceof Error) && read.size >= (checkpoint?.size ?? 0))
      checkpoint = { note, size: read.size };
  }
  return { checkpoint, end };
}

/** Lines of the trail in the form of an export. */
export async function* linesOfStream(paths: readonly string[]): AsyncGenerator<string> {
  for await (const record of recordsIn(paths)) if (record.startsWith('{"leaf":')) yield record;
}

async function* recordsIn(paths: readonly string[]): AsyncGenerator<string> {
  for (const path of paths) {
    const file = await open(path);
    for await (const line of file.readLines()) {
      const record = recordIn(line);
      // A process may have died in the middle of a line: the line comes again.
      if (record?.endsWith('}') === true) yield record;
    }
  }
}
