import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

export interface MemoryRange {
  readonly start: number;
  readonly end: number;
  /** "[heap]", the mapped file, or "anonymous". */
  readonly name: string;
}

const PAGE_BYTES = 4096;
/** Kernel data, the same for every process; reading them fails or gives nothing useful. */
const KERNEL_RANGE = /^\[(vvar|vvar_vclock|vsyscall|vdso)\]$/;
const PAGEMAP_ENTRY_BYTES = 8;
/** Pages looked up at once. */
const PAGEMAP_WINDOW = 1 << 16;
/** Bits 63 (present) and 62 (swapped) of an entry, as bits of its highest byte. */
const TOUCHED = 0b1100_0000;

/** The memory of another process, by proc_pid_maps(5), proc_pid_pagemap(5) and proc_pid_mem(5). */
export class ProcessMemory implements Disposable {
  readonly #memory: number;
  readonly #pagemap: number;

  constructor(private readonly pid: number) {
    this.#memory = openSync(`/proc/${pid}/mem`, 'r');
    this.#pagemap = openSync(`/proc/${pid}/pagemap`, 'r');
  }

  [Symbol.dispose](): void {
    closeSync(this.#memory);
    closeSync(this.#pagemap);
  }

  /**
   * Runs of pages that are in memory or swapped out, across the borders of mappings. V8 reserves half a gigabyte and
   * uses a fraction; untouched pages contain nothing.
   */
  *touchedRanges(): Generator<MemoryRange> {
    let open: MemoryRange | null = null;
    for (const mapping of this.mappings()) {
      for (const run of this.touchedRuns(mapping)) {
        if (open !== null && open.end === run.start) {
          open = { start: open.start, end: run.end, name: joined(open.name, run.name) };
          continue;
        }
        if (open !== null) yield open;
        open = run;
      }
    }
    if (open === null) throw new Error(`process ${this.pid} has no memory: has it ended?`);
    yield open;
  }

  /** Unreadable pages stay zero, page by page, so that one bad page hides no other. */
  read(address: number, length: number): { readonly bytes: Buffer; readonly unreadableBytes: number } {
    const bytes = Buffer.alloc(length);
    if (this.tryRead(bytes, address)) return { bytes, unreadableBytes: 0 };
    let unreadableBytes = 0;
    for (let offset = 0; offset < length; offset += PAGE_BYTES) {
      const page = bytes.subarray(offset, Math.min(offset + PAGE_BYTES, length));
      if (!this.tryRead(page, address + offset)) unreadableBytes += page.length;
    }
    return { bytes, unreadableBytes };
  }

  private *mappings(): Generator<MemoryRange> {
    for (const line of readFileSync(`/proc/${this.pid}/maps`, 'utf8').trimEnd().split('\n')) {
      const [addresses = '', mode = '', , , , ...path] = line.split(/ +/);
      const name = path.join(' ') || 'anonymous';
      if (!mode.startsWith('r') || KERNEL_RANGE.test(name)) continue;
      const [start = NaN, end = NaN] = addresses.split('-').map((hex) => Number.parseInt(hex, 16));
      yield { start, end, name };
    }
  }

  private *touchedRuns({ start, end, name }: MemoryRange): Generator<MemoryRange> {
    for (let window = start; window < end; window += PAGEMAP_WINDOW * PAGE_BYTES) {
      const pages = Math.min(PAGEMAP_WINDOW, (end - window) / PAGE_BYTES);
      const entries = Buffer.alloc(pages * PAGEMAP_ENTRY_BYTES);
      const position = (window / PAGE_BYTES) * PAGEMAP_ENTRY_BYTES;
      if (readSync(this.#pagemap, entries, 0, entries.length, position) !== entries.length) {
        throw new Error(`process ${this.pid} ended, or its page map cannot be read`);
      }
      const touched = (page: number) =>
        ((entries[(page + 1) * PAGEMAP_ENTRY_BYTES - 1] ?? 0) & TOUCHED) !== 0;
      for (let page = 0; page < pages; page += 1) {
        if (!touched(page)) continue;
        const first = page;
        while (page < pages && touched(page)) page += 1;
        yield { start: window + first * PAGE_BYTES, end: window + page * PAGE_BYTES, name };
      }
    }
  }

  private tryRead(into: Buffer, address: number): boolean {
    try {
      const read = readSync(this.#memory, into, 0, into.length, address);
      if (read === 0) throw new Error('the process ended while its memory was read');
      return read === into.length;
    } catch (error) {
      // EIO, EFAULT: there is nothing at the address (any more). After any other error the scan must fail.
      if (['EIO', 'EFAULT'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
      throw error;
    }
  }
}

function joined(name: string, next: string): string {
  return name.split(' + ').includes(next) ? name : `${name} + ${next}`;
}
