import ipaddr from 'ipaddr.js';

/** A range as numbers; addresses of the two kinds are never compared. */
interface Range {
  readonly bits: 32 | 128;
  readonly start: bigint;
  readonly length: number;
}

/**
 * Whether every address of the first ranges is one of the second, which may cover a range together. No second range
 * means every address.
 *
 * @param ranges each in canonical form, as parseAddressRange gives it
 */
export function areCovered(ranges: readonly string[], by: readonly string[]): boolean {
  if (by.length === 0) return true;
  if (ranges.length === 0) return false;
  const covering = by.map((text) => rangeOf(text));
  return ranges.every((text) => isCovered(rangeOf(text), covering));
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

function rangeOf(text: string): Range {
  const [address, length] = ipaddr.parseCIDR(text);
  const start = address.toByteArray().reduce((number, byte) => (number << 8n) | BigInt(byte), 0n);
  return { bits: address.kind() === 'ipv4' ? 32 : 128, start, length };
}
