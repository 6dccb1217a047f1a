import type { ValueTransformer } from 'typeorm';

/**
 * When a right ends, or that it does not: of a revocation, an expiry, a deletion. A type of its own, because whoever
 * compares a Date that is null, undefined or invalid gets an answer, and the answer is "not yet".
 */
export class TimeOrNever {
  static readonly never = new TimeOrNever(null);

  private constructor(private readonly time: Date | null) {}

  /** @throws RangeError for a Date that is no time */
  static at(time: Date): TimeOrNever {
    if (Number.isNaN(time.getTime())) throw new RangeError('a time that is no time');
    return new TimeOrNever(time);
  }

  /**
   * What a column says: SQL's null is never.
   *
   * @throws RangeError for everything else that is no time, a column that was not read among them
   */
  static stored(value: unknown): TimeOrNever {
    if (value === null) return TimeOrNever.never;
    if (value instanceof Date) return TimeOrNever.at(value);
    throw new RangeError('a column that holds neither a time nor null');
  }

  get isNever(): boolean {
    return this.time === null;
  }

  /** At this moment or before. @throws RangeError when `now` is no time */
  hasCome(now: Date): boolean {
    if (Number.isNaN(now.getTime())) throw new RangeError('a time that is no time');
    return this.time !== null && this.time.getTime() <= now.getTime();
  }

  /** For showing, never for deciding. */
  orNull(): Date | null {
    return this.time;
  }

  toJSON(): string | null {
    return this.time?.toISOString() ?? null;
  }
}

/** Of a nullable timestamptz that decides whether something is still allowed. */
export const timeOrNever: ValueTransformer = {
  from: (value: unknown) => TimeOrNever.stored(value),
  // A FindOperator such as IsNull carries no value, and one such as MoreThan a Date.
  to: (value: TimeOrNever | Date | null | undefined) =>
    value instanceof TimeOrNever ? value.orNull() : value,
};

/** The same for columns whose null is compared with nothing. */
export const checkedTime: ValueTransformer = {
  from: (value: unknown) => TimeOrNever.stored(value).orNull(),
  to: (value: unknown) => value,
};

/** As members of an answer, RFC 3339 in UTC; what never comes is left out. */
export function shown<Name extends string>(
  times: Readonly<Record<Name, TimeOrNever>>,
): Partial<Record<Name, string>> {
  const members = Object.entries<TimeOrNever>(times).map(([name, time]) => [name, time.toJSON()] as const);
  return Object.fromEntries(members.filter(([, time]) => time !== null)) as Partial<Record<Name, string>>;
}
