import type { AuditLine } from '#libs/requests';

export type Kind = Pick<
  AuditLine,
  'tenantId' | 'clientId' | 'subject' | 'sourceAddress' | 'action' | 'result'
>;

export interface Tally {
  readonly kind: Kind;
  from: string;
  to: string;
  /** 0 for a kind that is known from the minute before, and was not seen since. */
  count: number;
}

/**
 * Counts a limited number of kinds. When it is full, known kinds are still counted, and new ones are counted together.
 * A kind is forgotten after a minute without it.
 */
export class Tallies {
  readonly #known = new Map<string, Tally>();
  #rest = new Map<string, Tally>();

  /** @param together the common kind for those without room; from a closed set */
  constructor(
    private readonly atMost: number,
    private readonly together: (kind: Kind) => Kind,
  ) {}

  count(kind: Kind, at: string): void {
    const key = JSON.stringify(kind);
    if (this.#known.has(key) || this.#known.size < this.atMost) return add(this.#known, key, { kind, at });
    const rest = this.together(kind);
    add(this.#rest, JSON.stringify(rest), { kind: rest, at });
  }

  /** The counts since the last call. */
  take(): Tally[] {
    const rest = [...this.#rest.values()];
    this.#rest = new Map();
    const counted = [...this.#known].flatMap(([key, tally]) => {
      if (tally.count === 0) this.#known.delete(key);
      else this.#known.set(key, { ...tally, count: 0 });
      return tally.count === 0 ? [] : [tally];
    });
    return [...counted, ...rest];
  }

  /** For counts that could not be written: they are counted again, whether there is room or not. */
  putBack({ kind, from, to, count }: Tally): void {
    const key = JSON.stringify(kind);
    const since = this.#known.get(key) ?? this.#rest.get(key);
    const more = since ?? { kind, from, to, count: 0 };
    more.from = from;
    if (more.count === 0) more.to = to;
    more.count += count;
    if (since === undefined) this.#rest.set(key, more);
  }
}

function add(tallies: Map<string, Tally>, key: string, seen: { readonly kind: Kind; readonly at: string }) {
  const tally = tallies.get(key);
  if (tally === undefined) tallies.set(key, { kind: seen.kind, from: seen.at, to: seen.at, count: 1 });
  else {
    if (tally.count === 0) tally.from = seen.at;
    tally.to = seen.at;
    tally.count += 1;
  }
}
