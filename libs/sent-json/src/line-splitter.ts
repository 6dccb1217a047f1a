import { LINE_LIMIT_BYTES } from './card-line.js';

/** A line as it was sent; null for one that is longer than LINE_LIMIT_BYTES, of which nothing is kept. */
export interface SentLine {
  /** From 1, blank lines included. */
  readonly lineNo: number;
  readonly bytes: Buffer | null;
}

const NEW_LINE = 0x0a;
/** White space of JSON (RFC 8259, section 2), but for the line break. */
const BLANKS: ReadonlySet<number> = new Set([0x20, 0x09, 0x0d]);

export function isBlank({ bytes }: SentLine): boolean {
  return bytes?.every((byte) => BLANKS.has(byte)) === true;
}

/** Cuts chunks into lines. Of a line that is too long it keeps nothing, and tells it as soon as it is. */
export class LineSplitter {
  #lineNo = 1;
  #pieces: Buffer[] = [];
  #length = 0;
  #tooLong = false;

  *take(chunk: Buffer): Generator<SentLine> {
    let start = 0;
    for (let end = chunk.indexOf(NEW_LINE); end !== -1; end = chunk.indexOf(NEW_LINE, start)) {
      yield* this.add(chunk.subarray(start, end));
      yield* this.finish();
      start = end + 1;
    }
    yield* this.add(chunk.subarray(start));
  }

  /** What is behind the last line break is a line as well. */
  *end(): Generator<SentLine> {
    if (this.#length > 0) yield* this.finish();
  }

  private *add(piece: Buffer): Generator<SentLine> {
    this.#length += piece.length;
    if (this.#tooLong) return;
    if (this.#length <= LINE_LIMIT_BYTES) return void this.#pieces.push(piece);
    this.#tooLong = true;
    this.#pieces = [];
    yield { lineNo: this.#lineNo, bytes: null };
  }

  private *finish(): Generator<SentLine> {
    if (!this.#tooLong) yield { lineNo: this.#lineNo, bytes: Buffer.concat(this.#pieces) };
    this.#lineNo += 1;
    this.#pieces = [];
    this.#length = 0;
    this.#tooLong = false;
  }
}
