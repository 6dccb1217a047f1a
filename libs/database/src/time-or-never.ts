import type { ValueTransformer } from 'typeorm';

/**
 * When a right ends, or that it does not end: for a revocation, an expiry, a deletion. It is a type of its own, because
 * code that compares a Date that is null, undefined or invalid gets an answer, and the answer is "not yet".
 */
export class TimeOrNever {
  static readonly never = new TimeOrNever(null);

  private constructor(private readonly time: Date | null) {}

  /** @throws RangeError for an invalid Date */
  static at(time: Date): TimeOrNever {
    if (Number.isNaN(time.getTime())) throw new RangeError('a time that is no time');
    return new TimeOrNever(time);
  }

  /**
   * The value of a column: SQL's null means never.
   *
   * @throws RangeError for everything else that is no time, for instance a column that was not read
   */
  static stored(value: unknown): TimeOrNever {
    if (value === null) return TimeOrNever.never;
    if (value instanceof Date) return TimeOrNever.at(value);
    throw new RangeError('a column that holds neither a time nor null');
  }

  get isNever(): boolean {
    return this.time === null;
  }

  /** At this moment or before. @throws RangeError when `now` is invalid */
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

/** For a nullable timestamptz that decides whether something is still allowed. */
export const timeOrNever: ValueTransformer = {
  from: (value: unknown) => TimeOrNever.stored(value),
  // A FindOperator such as IsNull carries no value, and one such as MoreThan a Date.
  to: (value: TimeOrNever | Date | null | undefined) =>
    value instanceof TimeOrNever ? value.orNull() : value,
};

/** The same for columns whose null is not compared with anything. */
export const checkedTime: ValueTransformer = {
  from: (value: unknown) => TimeOrNever.stored(value).orNull(),
  to: (value: unknown) => value,
};

/** As members of an answer, RFC 3339 in UTC; a time that never comes is left out. */
export function shown<Name extends string>(
  times: Readonly<Record<Name, TimeOrNever>>,
): Partial<Record<Name, string>> {
  const members = Object.entries<TimeOrNever>(times).map(([name, time]) => [name, time.toJSON()] as const);
  return Object.fromEntries(members.filter(([, time]) => time !== null)) as Partial<Record<Name, string>>;
}
