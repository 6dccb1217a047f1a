import { writeSync } from 'node:fs';
import { DISPATCH_FD } from './messages.js';

/** Operation numbers stay below 2^48; a record is small enough to be written in one piece. */
const RECORD_BYTES = 6;

/**
 * Called by a worker directly before its first call on an envelope. The write is synchronous and goes to a descriptor
 * inherited from the parent, so the record survives even a SIGKILL of this process: it alone decides whether a try
 * may be given back.
 */
export function writeDispatchRecord(operation: number): void {
  const record = Buffer.alloc(RECORD_BYTES);
  record.writeUIntLE(operation, 0, RECORD_BYTES);
  writeSync(DISPATCH_FD, record);
}

/** The parent's side: turns the stream's chunks, cut wherever they may be, back into operation numbers. */
export class DispatchRecordReader {
  #rest = Buffer.alloc(0);

  read(chunk: Buffer): readonly number[] {
    const bytes = Buffer.concat([this.#rest, chunk]);
    const operations: number[] = [];
    let offset = 0;
    for (; offset + RECORD_BYTES <= bytes.length; offset += RECORD_BYTES) {
      operations.push(bytes.readUIntLE(offset, RECORD_BYTES));
    }
    this.#rest = bytes.subarray(offset);
    return operations;
  }
}
