import { Readable } from 'node:stream';
import type { TrailPage } from '#libs/audit';
import type { StillAllowed } from '../edge/authentication/lasting-rights.js';
import type { ExportFormat } from './export-formats.js';

/** How an export ended, as the trail says it. */
export type ExportResult = 'complete' | 'broken-off' | 'stalled' | 'stopped' | 'rights' | 'failed';

export interface ExportParts {
  readonly format: ExportFormat;
  /** Lines from this leaf on. */
  readonly page: (cursor: number) => Promise<Pick<TrailPage, 'lines' | 'next'>>;
  readonly stillAllowed: StillAllowed;
  /** Writes the line of the trail. A file is complete only when that is there. */
  readonly record: (result: ExportResult, lines: number) => Promise<void>;
  /** Aborted when the service stops. */
  readonly stopping: AbortSignal;
  /** For so long the caller may take nothing. */
  readonly patienceMs: number;
  readonly onFault: (fault: unknown) => void;
}

class Ended extends Error {
  override readonly name = 'Ended';

  constructor(readonly result: ExportResult) {
    super(`the export has ended: ${result}`);
  }
}

/** Lines of the trail, read as fast as they are taken: one page waits, however slow the caller is. */
export class ExportedLines {
  readonly stream: Readable;
  #lines = 0;
  #ended: Ended | null = null;

  constructor(private readonly parts: ExportParts) {
    this.stream = Readable.from(this.text());
  }

  /** The caller has gone: nothing more is read. */
  breakOff(): void {
    this.#ended ??= new Ended('broken-off');
  }

  private async *text(): AsyncGenerator<string> {
    const { format, record } = this.parts;
    let result: ExportResult = 'broken-off';
    try {
      if (format.head !== '') yield* this.taken(format.head);
      for (let cursor: number | null = 0; cursor !== null;) {
        const { lines, next } = await this.nextPage(cursor);
        this.#lines += lines.length;
        if (lines.length > 0) yield* this.taken(lines.map(format.line).join(''));
        cursor = next;
      }
      result = 'complete';
    } catch (fault) {
      result = fault instanceof Ended ? fault.result : 'failed';
      if (result === 'failed') this.parts.onFault(fault);
      throw fault;
    } finally {
      await record(result, this.#lines);
    }
    yield format.end(this.#lines);
  }

  private async nextPage(cursor: number) {
    const { page, stillAllowed, stopping } = this.parts;
    if (this.#ended !== null) throw this.#ended;
    if (stopping.aborted) throw new Ended('stopped');
    if (!(await stillAllowed())) throw new Ended('rights');
    return await page(cursor);
  }

  /** Ends the export where the caller takes nothing of it for too long, or the service stops in the meantime. */
  private *taken(text: string): Generator<string> {
    const { patienceMs, stopping } = this.parts;
    const end = (result: ExportResult) => this.stream.destroy(new Ended(result));
    const patience = setTimeout(() => end('stalled'), patienceMs);
    const onStop = () => end('stopped');
    stopping.addEventListener('abort', onStop);
    try {
      yield text;
    } finally {
      clearTimeout(patience);
      stopping.removeEventListener('abort', onStop);
    }
  }
}
