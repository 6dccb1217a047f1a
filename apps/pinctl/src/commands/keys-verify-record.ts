import { openRecord } from '../ceremony-record.js';
import { keptCheckpoint, keysIn } from './kept-checkpoint.js';

/** Exit code 0: the record is as the HSM signed it. */
export async function verifyRecordCommand(file: string, { keys }: { readonly keys?: string }): Promise<void> {
  const known = keys === undefined ? (await keptCheckpoint({})).keys : keysIn(keys);
  console.log(JSON.stringify(openRecord(file, known), null, 2));
}
