import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseAddressRange } from '../../../../../libs/api-clients/src/address-range.js';
import { areCovered as asTheService } from '../../../../../libs/api-clients/src/covered-ranges.js';
import { areCovered } from './covered.js';

it.each<[readonly string[], readonly string[], boolean | null]>([
  [['192.0.2.7'], ['192.0.2.0/24'], true],
  [['192.0.2.0/24'], ['192.0.2.0/25', '192.0.2.128/25'], true],
  [['192.0.2.0/23'], ['192.0.2.0/24'], false],
  [['2001:DB8:0:0::1/128'], ['2001:db8::/32'], true],
  [['::/0'], ['0.0.0.0/0'], false],
  [[], ['192.0.2.0/24'], false],
  [['192.0.2.0/24'], [], true],
  [['ours.example'], ['192.0.2.0/24'], null],
  [['192.0.2.0/33'], ['192.0.2.0/24'], null],
  [['192.0.2.256'], ['192.0.2.0/24'], null],
  [['192.0.2'], ['192.0.2.0/24'], null],
  [['fe80::1::2'], ['::/0'], null],
])('%j within %j: %j', (ranges, by, expected) => expect(areCovered(ranges, by)).toBe(expected));

/** Few addresses, so that ranges meet. */
const range = fc
  .record({ isV6: fc.boolean(), end: fc.nat(63), free: fc.nat(7) })
  .map(({ isV6, end, free }) => {
    const start = (end >> free) << free;
    return isV6 ? `2001:db8::${start.toString(16)}/${128 - free}` : `192.0.2.${start}/${32 - free}`;
  });

it('is judged as by the service', () => {
  const ranges = fc.array(range, { maxLength: 6 });
  fc.assert(
    fc.property(ranges, ranges, (inner, outer) => {
      const [first, second] = [inner, outer].map((texts) =>
        texts.map((text) => {
          const parsed = parseAddressRange(text);
          if ('fault' in parsed) throw new Error(parsed.fault);
          return parsed.range;
        }),
      );
      expect(areCovered(inner, outer)).toBe(asTheService(first ?? [], second ?? []));
    }),
    { numRuns: 300 },
  );
});
