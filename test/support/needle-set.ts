/** Bytes that must not be found anywhere. The name may be printed, the bytes never. */
export interface Needle {
  readonly name: string;
  readonly bytes: Buffer;
}

export interface Match {
  readonly needle: string;
  /** Of the first byte, from the beginning of everything that was searched. */
  readonly offset: number;
}

/** Shorter byte strings occur by chance in a process of some hundred megabytes. */
const MIN_NEEDLE_BYTES = 6;
const ANCHOR_BYTES = 4;
const FILTER_BITS = 20;

interface Anchored extends Needle {
  /** The position of the needle's four most characteristic bytes. */
  readonly anchor: number;
}

/**
 * Searches for many needles in one pass: a bitmap over hashes of every four bytes rejects nearly all positions, and
 * only the rest is compared (after Rabin and Karp).
 */
export class NeedleSet {
  readonly longest: number;
  readonly #byAnchor = new Map<number, Anchored[]>();
  readonly #filter = new Uint8Array(2 ** (FILTER_BITS - 3));

  constructor(readonly needles: readonly Needle[]) {
    if (needles.length === 0) throw new RangeError('a search for nothing finds nothing');
    this.longest = Math.max(...needles.map(({ bytes }) => bytes.length));
    for (const needle of needles) {
      if (needle.bytes.length < MIN_NEEDLE_BYTES) throw new RangeError(`${needle.name} is too short`);
      const anchor = anchorOf(needle.bytes);
      const window = needle.bytes.readInt32LE(anchor);
      const bit = hashOf(window);
      this.#filter[bit >> 3] = (this.#filter[bit >> 3] ?? 0) | (1 << (bit & 7));
      this.#byAnchor.set(window, [...(this.#byAnchor.get(window) ?? []), { ...needle, anchor }]);
    }
  }

  /** Calls back for each match that ends after `from`. */
  search(haystack: Buffer, from: number, found: (needle: Needle, offset: number) => void): void {
    const filter = this.#filter;
    let window = 0;
    for (let index = 0; index < haystack.length; index += 1) {
      // Little-endian: the newest byte is the highest.
      window = (window >>> 8) | ((haystack[index] ?? 0) << 24);
      const bit = hashOf(window);
      if (((filter[bit >> 3] ?? 0) & (1 << (bit & 7))) === 0) continue;
      for (const needle of this.#byAnchor.get(window) ?? []) {
        const start = index - (ANCHOR_BYTES - 1) - needle.anchor;
        const end = start + needle.bytes.length;
        const inside = start >= 0 && end > from && end <= haystack.length;
        if (inside && haystack.compare(needle.bytes, 0, needle.bytes.length, start, end) === 0) {
          found(needle, start);
        }
      }
    }
  }

  /** For data that comes in pieces: matches across the seam of two pieces are found, and found once. */
  stream(): (piece: Buffer) => Match[] {
    let carried = Buffer.alloc(0);
    let before = 0;
    return (piece) => {
      const matches: Match[] = [];
      const haystack = Buffer.concat([carried, piece]);
      const origin = before - carried.length;
      this.search(haystack, carried.length, ({ name }, offset) =>
        matches.push({ needle: name, offset: origin + offset }),
      );
      before += piece.length;
      carried = Buffer.from(haystack.subarray(Math.max(0, haystack.length - (this.longest - 1))));
      return matches;
    };
  }
}

/** Memory is full of zeros and of repeated bytes: the window with the most different bytes other than 0. */
function anchorOf(bytes: Buffer): number {
  const telling = (start: number) =>
    new Set(bytes.subarray(start, start + ANCHOR_BYTES).filter(Boolean)).size;
  const starts = Array.from({ length: bytes.length - ANCHOR_BYTES + 1 }, (_, start) => start);
  return starts.reduce((best, start) => (telling(start) > telling(best) ? start : best), 0);
}

function hashOf(window: number): number {
  return Math.imul(window, 0x9e3779b1) >>> (32 - FILTER_BITS);
}
