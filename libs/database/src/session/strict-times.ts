import { TypeOverrides } from 'pg';

/** Type numbers of pg_type, each with that of its array. */
const TIMES = [
  { type: 1082, array: 1182 }, // date
  { type: 1114, array: 1115 }, // timestamp
  { type: 1184, array: 1185 }, // timestamptz
];
const TEXT_ARRAY = 1009;

/** PostgreSQL's form with DateStyle ISO; any other form is ambiguous, or unknown to the driver. */
const ISO_TIME = /^\d{4,6}-\d\d-\d\d( \d\d:\d\d:\d\d(\.\d{1,6})?([+-]\d\d(:\d\d){0,2})?)?$/;

type Reader = (text: string) => unknown;

/**
 * A time that cannot be read is a fault. pg itself reads it as null, and null means "not revoked", "does not expire".
 */
class UnreadableTime extends Error {
  override readonly name = 'UnreadableTime';

  constructor() {
    super('the database wrote a time in a form that is not ISO 8601 (DateStyle)');
  }
}

/** pg's own parsers, except that only unambiguous times are accepted. */
export function strictTypes(): TypeOverrides {
  const types = new TypeOverrides();
  // @types/pg gives every parser the parameter of a type number.
  const readerOf = (number: number) => types.getTypeParser(number) as unknown as Reader;
  const readArray = readerOf(TEXT_ARRAY) as (text: string) => readonly (string | null)[];
  for (const { type, array } of TIMES) {
    const read = readerOf(type);
    const readTime = (text: string) => checked(text, read);
    types.setTypeParser(type, readTime);
    types.setTypeParser(array, (text: string) =>
      readArray(text).map((item) => (item === null ? null : readTime(item))),
    );
  }
  return types;
}

/** @throws UnreadableTime also for infinity, which no column of ours holds */
function checked(text: string, read: Reader): Date {
  const time = ISO_TIME.test(text) ? read(text) : null;
  if (time instanceof Date && !Number.isNaN(time.getTime())) return time;
  throw new UnreadableTime();
}
