import { open, type FileHandle } from 'node:fs/promises';
import { hostname } from 'node:os';
import { parseExported } from '../export-trail.js';
import { checkpointOf, type Reached, type TrailSink } from './records.js';

/** Enough for the records of several sealings; a line has a few hundred bytes. */
const TAIL_BYTES = 262_144;

/**
 * A file of this host, which is appended to and flushed. Its end shows how far it goes; a collector may move it away.
 */
export class FileSink implements TrailSink {
  readonly kind = 'file';
  readonly name: string;

  constructor(private readonly path: string) {
    this.name = `file ${hostname()} ${path}`;
  }

  async reached(): Promise<Reached | null> {
    const file = await open(this.path, 'a+', 0o640);
    try {
      const records = (await tailOf(file)).toReversed();
      const next = records.map(nextAfter).find((leaf) => leaf !== null);
      const note = records.map(checkpointOf).find((found) => found !== null);
      return next === undefined ? null : { next, note: note ?? null };
    } finally {
      await file.close();
    }
  }

  async send(records: readonly string[]): Promise<void> {
    const file = await open(this.path, 'a+', 0o640);
    try {
      await cutHalfLine(file);
      await file.appendFile(records.map((record) => `${record}\n`).join(''));
      await file.sync();
    } finally {
      await file.close();
    }
  }
}

/** Only whole lines. */
async function tailOf(file: FileHandle): Promise<string[]> {
  const { size } = await file.stat();
  const from = Math.max(0, size - TAIL_BYTES);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(size - from), 0, size - from, from);
  const lines = buffer.subarray(0, bytesRead).toString('utf8').split('\n');
  return lines.slice(from === 0 ? 0 : 1, -1);
}

function nextAfter(record: string): number | null {
  const note = checkpointOf(record);
  if (note !== null) return Number(note.split('\n')[1]);
  return record.startsWith('{"leaf":') ? parseExported(record).leaf + 1 : null;
}

/** Removes the half line that a process left when it died, or when the disk was full. */
async function cutHalfLine(file: FileHandle): Promise<void> {
  const { size } = await file.stat();
  const from = Math.max(0, size - TAIL_BYTES);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(size - from), 0, size - from, from);
  const end = buffer.subarray(0, bytesRead).lastIndexOf('\n');
  if (end >= 0 && end + 1 < bytesRead) await file.truncate(from + end + 1);
  if (end < 0 && from === 0) await file.truncate(0);
}
