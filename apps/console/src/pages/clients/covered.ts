interface Range {
  readonly bits: 32 | 128;
  readonly start: bigint;
  readonly length: number;
}

/**
 * Whether every address of the first ranges is one of the second, which may cover a range together; no second range means
 * every address (docs/clients.md, "Changing"). The service judges it again.
 *
 * @returns null where a text is no range
 */
export function areCovered(ranges: readonly string[], by: readonly string[]): boolean | null {
  const [inner, outer] = [ranges, by].map((texts) => texts.map((text) => rangeOf(text)));
  if (inner === undefined || outer === undefined || [...inner, ...outer].includes(null)) return null;
  if (by.length === 0) return true;
  if (ranges.length === 0) return false;
  const covering = outer.filter((range) => range !== null);
  return inner.every((range) => range !== null && isCovered(range, covering));
}

function isCovered(range: Range, by: readonly Range[]): boolean {
  if (by.some((other) => holds(other, range))) return true;
  // Parts of it: both halves must be covered. It ends where a half holds no other range.
  if (!by.some((other) => holds(range, other))) return false;
  const length = range.length + 1;
  const half = 1n << BigInt(range.bits - length);
  return [range.start, range.start + half].every((start) => isCovered({ ...range, start, length }, by));
}

function holds(outer: Range, inner: Range): boolean {
  if (outer.bits !== inner.bits || outer.length > inner.length) return false;
  const rest = BigInt(outer.bits - outer.length);
  return outer.start >> rest === inner.start >> rest;
}

function rangeOf(text: string): Range | null {
  const [address = '', prefix, ...more] = text.split('/');
  if (more.length > 0 || (prefix !== undefined && !/^\d{1,3}$/.test(prefix))) return null;
  const bits = address.includes(':') ? 128 : 32;
  const start = bits === 128 ? numberOfIpv6(address) : numberOf(address.split('.'), 4, 10, 8n);
  const length = Number(prefix ?? bits);
  return start === null || length > bits ? null : { bits, start, length };
}

/** The browser knows the ways to write one. */
function numberOfIpv6(address: string): bigint | null {
  const url = `http://[${address}]/`;
  if (!URL.canParse(url)) return null;
  const [before = '', after] = new URL(url).hostname.slice(1, -1).split('::');
  const [first, last] = [before, after ?? ''].map((part) => part.split(':').filter((group) => group !== ''));
  if (first === undefined || last === undefined) return null;
  const zeros = Array.from({ length: 8 - first.length - last.length }, () => '0');
  return numberOf([...first, ...zeros, ...last], 8, 16, 16n);
}

function numberOf(parts: readonly string[], count: number, radix: number, bits: bigint): bigint | null {
  const numbers = parts.map((part) => (/^[0-9a-f]{1,4}$/i.test(part) ? parseInt(part, radix) : NaN));
  if (numbers.length !== count || numbers.some((part) => !(part < 2 ** Number(bits)))) return null;
  return numbers.reduce((sum, part) => (sum << bits) | BigInt(part), 0n);
}
