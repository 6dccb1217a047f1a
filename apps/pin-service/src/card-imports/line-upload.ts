import type { IncomingMessage } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { PinwardError } from '#libs/errors';
import { interrupted } from '#libs/pin';
import { isBlank, LINE_LIMIT_BYTES, LineSplitter, MOST_LINES, type SentLine } from '#libs/sent-json';
import { beginLongUpload } from '../edge/transport/long-uploads.js';

/** No upload that may be is larger. */
const UPLOAD_LIMIT_BYTES = MOST_LINES * (LINE_LIMIT_BYTES + 1);
/** The whole time that a sender may let pass, in times that it may let pass at once. */
const PATIENCE_TIMES = 10;
/** What is behind the last line that is read, so that its sender gets to the answer. */
const DISCARDED_AT_MOST_BYTES = 64 * 1024 * 1024;
const DISCARDED_AT_MOST_MS = 5_000;
/** Lines are looked at in small lots, so that other requests get their turn in between. */
const LINES_A_TURN = 16;

interface Patience {
  /** How long a sender may be silent, milliseconds. */
  readonly idleMs: number;
  /** Aborted when the service stops. */
  readonly stopping: AbortSignal;
}

/** A body of lines, read as fast as they are taken; no more of it is in memory than a chunk and a line. */
export class LineUpload {
  readonly #chunks: AsyncIterator<Buffer>;

  constructor(private readonly request: IncomingMessage) {
    // Never returned early: that would end the connection before the answer.
    this.#chunks = request[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  /**
   * The lines that are not blank.
   *
   * @throws PinwardError CARD_IMPORT_TOO_LONG behind the last line that may be; CARD_IMPORT_INTERRUPTED when the sender is
   *   silent for too long or has gone, or the service stops. A line that was cut through is none
   */
  async *lines(patience: Patience): AsyncGenerator<SentLine> {
    using _long = beginLongUpload(this.request.socket);
    const splitter = new LineSplitter();
    for await (const chunk of this.chunks(patience)) {
      yield* lineByLine(splitter.take(chunk));
    }
    yield* lineByLine(splitter.end());
  }

  /** Reads on for a moment, so that a sender that only writes comes to its end. Whether it has. */
  async discardRest(): Promise<boolean> {
    if (this.request.complete || this.request.destroyed) return true;
    using _long = beginLongUpload(this.request.socket);
    const late = AbortSignal.timeout(DISCARDED_AT_MOST_MS);
    for (let bytes = 0; bytes < DISCARDED_AT_MOST_BYTES;) {
      const next = await this.next(late).catch(() => null);
      if (next === null || next.done === true) break;
      bytes += next.value.length;
    }
    return this.request.complete;
  }

  private async *chunks({ idleMs, stopping }: Patience): AsyncGenerator<Buffer> {
    let [bytes, leftMs] = [0, idleMs * PATIENCE_TIMES];
    for (;;) {
      const since = performance.now();
      const next = await this.nextWithin(Math.min(idleMs, leftMs), stopping);
      if (next.done === true) return;
      leftMs -= performance.now() - since;
      bytes += next.value.length;
      if (bytes > UPLOAD_LIMIT_BYTES) throw new PinwardError('CARD_IMPORT_TOO_LONG');
      yield next.value;
    }
  }

  private async nextWithin(ms: number, stopping: AbortSignal): Promise<IteratorResult<Buffer, unknown>> {
    using time = deadline(ms, stopping);
    return await this.next(time.signal);
  }

  /** Not by Promise.race, which would keep every chunk for as long as the signal lives. */
  private next(halt: AbortSignal): Promise<IteratorResult<Buffer, unknown>> {
    return new Promise((resolve, reject) => {
      const give = () => reject(interrupted());
      if (halt.aborted) return give();
      halt.addEventListener('abort', give, { once: true });
      void this.#chunks
        .next()
        .then(resolve, (cause: unknown) => reject(interrupted(cause)))
        .finally(() => halt.removeEventListener('abort', give));
    });
  }
}

/** Aborted when the time is over or the other signal says so. */
function deadline(ms: number, other: AbortSignal): Disposable & { readonly signal: AbortSignal } {
  const over = new AbortController();
  const stop = () => over.abort();
  const timer = setTimeout(stop, ms);
  other.addEventListener('abort', stop, { once: true });
  if (other.aborted) stop();
  return {
    signal: over.signal,
    [Symbol.dispose]: () => {
      clearTimeout(timer);
      other.removeEventListener('abort', stop);
    },
  };
}

async function* lineByLine(lines: Iterable<SentLine>): AsyncGenerator<SentLine> {
  for (const line of lines) {
    if (line.lineNo > MOST_LINES) throw new PinwardError('CARD_IMPORT_TOO_LONG');
    if (line.lineNo % LINES_A_TURN === 0) await nextTurn();
    if (!isBlank(line)) yield line;
  }
}
