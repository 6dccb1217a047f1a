/** Always the same ids, so that the test gives the same result for the same code: sfc32, which passes PractRand. */
function randomWords(seed: number): () => number {
  let [a, b, c, counter] = [seed, seed ^ 0x9e3779b9, 0x243f6a88, 1];
  return () => {
    const word = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + word;
    return word >>> 0;
  };
}

const next = randomWords(20_261_128);
for (let warmUp = 0; warmUp < 16; warmUp += 1) next();

const below = (limit: number) => Math.floor((next() / 2 ** 32) * limit);
const EIGHT_HEX = (word: number) => word.toString(16).padStart(8, '0');
const hex = (length: number) => {
  let text = '';
  while (text.length < length) text += EIGHT_HEX(next());
  return text.slice(0, length);
};
const from = (alphabet: string, length: number) => {
  let text = '';
  while (text.length < length) text += alphabet[below(alphabet.length)] ?? '';
  return text;
};
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Any time of the ten years until 2031, in milliseconds. */
const START = Date.UTC(2021, 0, 1);
const time = () => START + below(Date.UTC(2031, 0, 1) - START);
const snowflake = (epoch: number) => String((BigInt(time() - epoch) << 22n) | BigInt(below(2 ** 22)));
const uuid = (version: string) => {
  const all = hex(32);
  const variant = '89ab'[below(4)] ?? '';
  return `${all.slice(0, 8)}-${all.slice(8, 12)}-${version}${all.slice(13, 16)}-${variant}${all.slice(17, 20)}-${all.slice(20)}`;
};
const uuid7 = () => {
  const milliseconds = time().toString(16).padStart(12, '0');
  return `${milliseconds.slice(0, 8)}-${milliseconds.slice(8)}${uuid('7').slice(13)}`;
};
/** As acquirers make them: last digit of the year, day of the year, hour, number of the trace (ISO 8583, field 37). */
const retrievalReference = () =>
  `${below(10)}${String(1 + below(366)).padStart(3, '0')}${String(below(24)).padStart(2, '0')}${String(below(1e6)).padStart(6, '0')}`;

/** The usual forms of ids, and how to make one. */
export const ID_FORMS: readonly (readonly [name: string, make: () => string])[] = [
  ['UUIDv4', () => uuid('4')],
  ['UUIDv4 without hyphens', () => uuid('4').replaceAll('-', '')],
  ['UUIDv7', uuid7],
  ['ULID', () => `01${from(CROCKFORD, 24)}`],
  ['nanoid', () => from(`${LETTERS}0123456789_-`, 21)],
  ['KSUID', () => from(`${LETTERS}0123456789`, 27)],
  ['SHA-256', () => hex(64)],
  ['SHA-1', () => hex(40)],
  ['MD5', () => hex(32)],
  ['req and 32 hexadecimal digits', () => `req${hex(32)}`],
  ['req_ and 32 hexadecimal digits', () => `req_${hex(32)}`],
  ['ObjectId', () => EIGHT_HEX(Math.floor(time() / 1_000)) + hex(16)],
  ['W3C traceparent', () => `00-${hex(32)}-${hex(16)}-01`],
  ['B3 single header', () => `${hex(32)}-${hex(16)}-1-${hex(16)}`],
  ['Jaeger', () => `${hex(32)}:${hex(16)}:0:1`],
  ['X-Ray', () => `1-${EIGHT_HEX(Math.floor(time() / 1_000))}-${hex(24)}`],
  ['Snowflake of 2010', () => snowflake(1_288_834_974_657)],
  ['Snowflake of 2015', () => snowflake(1_420_070_400_000)],
  ['milliseconds', () => String(time())],
  ['req- and milliseconds', () => `req-${time()}`],
  ['microseconds', () => `${time()}${String(below(1_000)).padStart(3, '0')}`],
  ['nanoseconds', () => `${time()}${String(below(1e6)).padStart(6, '0')}`],
  ['retrieval reference number', retrievalReference],
  ['12 digits', () => String(below(1e12)).padStart(12, '0')],
];

/** Sometimes they are numbers of a card's length, and cannot be distinguished from one: docs/adr/0026. */
export const CARD_LIKE_FORMS: readonly (readonly [name: string, make: () => string, most: number])[] = [
  ['16 hexadecimal digits', () => hex(16), 5e-5],
  ['64-bit decimals', () => String((BigInt(next()) << 32n) | BigInt(next())), 0.012],
];
