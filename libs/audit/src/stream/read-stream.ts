import { open } from 'node:fs/promises';
import { readNote } from '../checkpoint/checkpoint.js';
import type { VerifierKey } from '../checkpoint/verifier-key.js';
import { checkpointOf, recordIn } from './records.js';

/** What the files of a stream hold, before any of it is put back. */
export interface StreamContents {
  /** The newest checkpoint of this trail in them; null without one. */
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

/** Lines of the trail as an export has them. */
export async function* linesOfStream(paths: readonly string[]): AsyncGenerator<string> {
  for await (const record of recordsIn(paths)) if (record.startsWith('{"leaf":')) yield record;
}

async function* recordsIn(paths: readonly string[]): AsyncGenerator<string> {
  for (const path of paths) {
    const file = await open(path);
    for await (const line of file.readLines()) {
      const record = recordIn(line);
      // Half a line is one that a process died over: it comes again.
      if (record?.endsWith('}') === true) yield record;
    }
  }
}
