import { closeSync, openSync, readSync } from 'node:fs';
import { NeedleSet, type Match, type Needle } from '../support/needle-set.js';
import { ProcessMemory } from './process-memory.js';

export { NeedleSet, type Match, type Needle } from '../support/needle-set.js';
export { binaryNeedles, pinNeedles, type PinOfCard } from '../support/pin-needles.js';

interface MemoryHit {
  /** Name of the needle; the bytes are never repeated. */
  readonly needle: string;
  /** "[heap]", the mapped file, or "anonymous". */
  readonly range: string;
  /** Hexadecimal. */
  readonly address: string;
}

export interface MemoryScan {
  readonly hits: readonly MemoryHit[];
  /** A scan of almost nothing proves nothing, so assert this. */
  readonly scannedBytes: number;
  /** Pages that the kernel did not give (device memory, beyond the end of a mapped file). */
  readonly unreadableBytes: number;
}

const CHUNK_BYTES = 4 << 20;

/**
 * Searches all memory that a running process has touched (proc_pid_mem(5)). Needs the right to trace it: a child of
 * this process, or root.
 */
export function scanProcess(pid: number, needles: readonly Needle[], chunkBytes = CHUNK_BYTES): MemoryScan {
  const set = new NeedleSet(needles);
  using memory = new ProcessMemory(pid);
  const hits: MemoryHit[] = [];
  let scannedBytes = 0;
  let unreadableBytes = 0;
  for (const range of memory.touchedRanges()) {
    const search = set.stream();
    for (let address = range.start; address < range.end; address += chunkBytes) {
      const chunk = memory.read(address, Math.min(chunkBytes, range.end - address));
      unreadableBytes += chunk.unreadableBytes;
      scannedBytes += chunk.bytes.length - chunk.unreadableBytes;
      for (const { needle, offset } of search(chunk.bytes)) {
        hits.push({ needle, range: range.name, address: (range.start + offset).toString(16) });
      }
    }
  }
  return { hits, scannedBytes, unreadableBytes };
}

/** @returns names and places of the needles that a text (a log, an answer) holds */
export function scanText(text: string | Buffer, needles: readonly Needle[]): Match[] {
  return new NeedleSet(needles).stream()(Buffer.from(text));
}

/** The same for a file of any size: a dump, a log. */
export function scanFile(path: string, needles: readonly Needle[], chunkBytes = CHUNK_BYTES): Match[] {
  const search = new NeedleSet(needles).stream();
  const file = openSync(path, 'r');
  const chunk = Buffer.alloc(chunkBytes);
  const matches: Match[] = [];
  try {
    for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk)) {
      matches.push(...search(chunk.subarray(0, read)));
    }
  } finally {
    closeSync(file);
  }
  return matches;
}
