/** Of a piece of the body: few system calls, and little in memory. */
const PIECE_BYTES = 16_384;

type Iteration<Line> = Iterable<Line> | AsyncIterable<Line>;

/**
 * Lines of an upload. What can be gone through again (an array, a file's lines from a function) is sent again when an
 * attempt breaks off; a generator that was begun is not.
 */
export type Lines<Line> = Iteration<Line> | (() => Iteration<Line>);

/** Writes lines as JSON, one a line (application/x-ndjson), as fast as they are sent. */
export class LineSource {
  /** What the lines themselves have thrown: no fault of the connection. */
  fault: { readonly cause: unknown } | undefined;
  #begun = false;

  constructor(private readonly lines: Lines<unknown>) {}

  /** Whether they can be sent from the beginning. */
  get fromStart(): boolean {
    return !this.#begun || typeof this.lines === 'function' || !isIterator(this.lines);
  }

  stream(): ReadableStream<Uint8Array> {
    this.#begun = true;
    const pieces = this.#pieces();
    return new ReadableStream({
      pull: async (controller) => {
        try {
          const { done, value } = await pieces.next();
          if (done === true) controller.close();
          else controller.enqueue(value);
        } catch (cause) {
          this.fault = { cause };
          throw cause;
        }
      },
      cancel: async () => void (await pieces.return()),
    });
  }

  async *#pieces(): AsyncGenerator<Uint8Array, void, void> {
    let piece: Uint8Array[] = [];
    let length = 0;
    for await (const line of typeof this.lines === 'function' ? this.lines() : this.lines) {
      const bytes = bytesOf(line);
      piece.push(bytes, LINE_BREAK);
      length += bytes.length + 1;
      if (length < PIECE_BYTES) continue;
      yield joined(piece, length);
      [piece, length] = [[], 0];
    }
    if (length > 0) yield joined(piece, length);
  }
}

const NEW_LINE = 0x0a;
const LINE_BREAK = Uint8Array.of(NEW_LINE);
const encoder = new TextEncoder();

/** @throws TypeError for what is not one line: the service would count on */
function bytesOf(line: unknown): Uint8Array {
  const bytes = line instanceof Uint8Array ? line : encoder.encode(textOf(line));
  if (bytes.includes(NEW_LINE)) throw new TypeError('a line has a line break in it');
  return bytes;
}

function textOf(line: unknown): string {
  if (typeof line === 'string') return line;
  if (typeof line !== 'object' || line === null) throw new TypeError('a line is an object, a text or bytes');
  return JSON.stringify(line);
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const all = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/** Of a generator, who asks for an iterator gets the generator: it goes on where it was. */
function isIterator(lines: Iteration<unknown>): boolean {
  const iterator = Symbol.asyncIterator in lines ? lines[Symbol.asyncIterator]() : lines[Symbol.iterator]();
  return Object.is(iterator, lines);
}
