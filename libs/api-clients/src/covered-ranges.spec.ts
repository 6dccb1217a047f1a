import { describe, expect, it } from 'vitest';
import { areCovered } from './covered-ranges.js';

describe('address ranges are covered', () => {
  it.each<[readonly string[], readonly string[]]>([
    [['192.0.2.0/24'], ['192.0.2.0/24']],
    [['192.0.2.128/25', '192.0.2.7/32'], ['192.0.2.0/24']],
    [['192.0.2.0/24'], ['192.0.2.128/25', '192.0.2.0/25']],
    [['192.0.2.0/24'], ['192.0.2.0/25', '192.0.2.128/26', '192.0.2.192/26']],
    [['2001:db8:1::/48'], ['2001:db8::/32']],
    [['2001:db8::1/128'], ['192.0.2.0/24', '2001:db8::1/128']],
    [['192.0.2.0/24'], ['0.0.0.0/0']],
    [['192.0.2.0/24'], []],
    [[], []],
  ])('%j by %j', (ranges, by) => expect(areCovered(ranges, by)).toBe(true));

  it.each<[readonly string[], readonly string[]]>([
    [['192.0.2.0/23'], ['192.0.2.0/24']],
    [['192.0.2.0/24'], ['192.0.2.0/25']],
    [['192.0.2.0/24'], ['192.0.2.0/25', '192.0.2.128/26']],
    [['192.0.2.0/24'], ['192.0.2.0/25', '192.0.3.0/25']],
    [['192.0.2.0/24', '198.51.100.7/32'], ['192.0.2.0/24']],
    [['0.0.0.0/0'], ['0.0.0.0/1']],
    [['192.0.2.0/24'], ['::/0']],
    [['::/0'], ['0.0.0.0/0']],
    [['2001:db8::/32'], ['2001:db8::/33', '2001:db8:8000::/34']],
    [[], ['0.0.0.0/0', '::/0']],
  ])('%j not by %j', (ranges, by) => expect(areCovered(ranges, by)).toBe(false));

  it('also where many ranges have many parts', () => {
    const each = Array.from({ length: 64 }, (_, part) => `10.0.0.${part * 4}/30`);
    expect(areCovered(['10.0.0.0/24'], each)).toBe(true);
    expect(areCovered(['10.0.0.0/24'], each.slice(1))).toBe(false);
    const deep = Array.from({ length: 64 }, (_, part) => `2001:db8::${(part * 2).toString(16)}/128`);
    expect(areCovered(['2001:db8::/32'], deep)).toBe(false);
  });
});
