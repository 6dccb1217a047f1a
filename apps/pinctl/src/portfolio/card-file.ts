import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import {
  isBlank,
  LINE_LIMIT_BYTES,
  LineSplitter,
  MOST_LINES,
  readCardLine,
  type ImportLine,
  type SentLine,
} from '#libs/sent-json';
import { Refused } from '../terminal/refused.js';

const DIGEST_CHARACTERS = 32;
const NEW_LINE = 0x0a;

/** A part of the file that is one call. */
export interface Part {
  /** From 1. */
  readonly number: number;
  /** Lines of the file before it. */
  readonly before: number;
  /** Bytes of the file before it, and before the next one. */
  readonly from: number;
  readonly to: number;
  /** The same for the same part of the same file: a call that was cut off goes on under it. */
  readonly requestId: string;
}

/** A file with a card a line, read anew each time: no more of it is in memory than a piece. */
export class CardFile {
  constructor(readonly path: string) {}

  /**
   * Divides the file into calls. Their request ids come from the references of all lines and their places, and from nothing
   * else: a hash of card data could be tried out, and a line whose data were corrected is tried again under its id
   * (docs/adr/0051).
   *
   * @param onLine told of each line that is not blank
   * @throws Refused when the file cannot be read
   */
  async survey(onLine: (line: ImportLine) => void): Promise<readonly Part[]> {
    const digest = createHash('sha256');
    const look = (lines: Iterable<SentLine>) => {
      for (const line of lines) {
        if (isBlank(line)) continue;
        const read = readCardLine(line);
        const cardRef = 'card' in read ? read.card.cardRef : read.cardRef;
        digest.update(`${line.lineNo} ${cardRef ?? ''}\n`);
        onLine(read);
      }
    };
    const splitter = new LineSplitter();
    const starts = new PartStarts();
    for await (const chunk of this.chunks()) {
      look(splitter.take(chunk));
      starts.take(chunk);
    }
    look(splitter.end());
    const id = digest.digest('hex').slice(0, DIGEST_CHARACTERS);
    return starts.spans().map((span, index) => ({
      ...span,
      number: index + 1,
      before: index * MOST_LINES,
      requestId: `portfolio-${id}-${index + 1}`,
    }));
  }

  /**
   * The lines of a part as they are, byte by byte.
   *
   * @param onLine told of the number of lines of the part so far
   */
  async *linesOf({ from, to }: Part, onLine: (count: number) => void): AsyncGenerator<Uint8Array> {
    const splitter = new LineSplitter();
    const sent = ({ lineNo, bytes }: SentLine) => {
      onLine(lineNo);
      return bytes ?? TOO_LONG;
    };
    for await (const chunk of this.chunks({ start: from, end: to - 1 }))
      for (const line of splitter.take(chunk)) yield sent(line);
    for (const line of splitter.end()) yield sent(line);
  }

  private async *chunks(span?: { readonly start: number; readonly end: number }): AsyncGenerator<Buffer> {
    try {
      for await (const chunk of createReadStream(this.path, span)) yield chunk as Buffer;
    } catch (cause) {
      throw new Refused(`${this.path} cannot be read`, { cause });
    }
  }
}

/** Of a line that is too long nothing was kept; this one is refused alike. */
const TOO_LONG = Buffer.alloc(LINE_LIMIT_BYTES + 1, 'x');

/** Where the parts of a file begin: behind so many line breaks. */
class PartStarts {
  readonly #starts: number[] = [0];
  #lines = 0;
  #bytes = 0;

  take(chunk: Buffer): void {
    for (let at = chunk.indexOf(NEW_LINE); at !== -1; at = chunk.indexOf(NEW_LINE, at + 1)) {
      this.#lines += 1;
      if (this.#lines % MOST_LINES === 0) this.#starts.push(this.#bytes + at + 1);
    }
    this.#bytes += chunk.length;
  }

  /** None of them is empty. */
  spans(): readonly { readonly from: number; readonly to: number }[] {
    const ends = [...this.#starts.slice(1), this.#bytes];
    return this.#starts
      .map((from, index) => ({ from, to: ends[index] ?? this.#bytes }))
      .filter(({ from, to }) => to > from);
  }
}
