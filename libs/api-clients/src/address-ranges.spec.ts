import { describe, expect, it } from 'vitest';
import { addressPrefix, AddressRanges, canonicalAddress } from './address-ranges.js';

describe('a source address', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['::FFFF:0a00:0001', '10.0.0.1'],
    ['0:0:0:0:0:ffff:10.0.0.1', '10.0.0.1'],
    ['::1', '::1'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::ffff:10.0.0.1%eth0', '10.0.0.1'],
    // A translated address is not a mapped one.
    ['64:ff9b::10.0.0.1', '64:ff9b::a00:1'],
  ])('%s is written %s', (text, expected) => {
    expect(canonicalAddress(text)).toBe(expected);
  });

  it.each([
    '',
    ' 10.0.0.1',
    '10.0.0.1 ',
    '10.0.0.1:443',
    '[2001:db8::1]',
    '[2001:db8::1]:443',
    '010.0.0.1',
    '0x0a.0.0.1',
    '10.1',
    '167772161',
    '10.0.0.256',
    '10.0.0.1/32',
    '10.0.0.1.',
    '١٠.٠.٠.١',
    'fe80::1%',
    'localhost',
    'unknown',
    '_hidden',
    '2001:db8::1::2',
    '::10.0.0.1',
    '::10.0.0.1%eth0',
    '\u0000',
  ])('%j is none', (text) => {
    expect(canonicalAddress(text)).toBeNull();
    expect(new AddressRanges(['0.0.0.0/0', '::/0']).includes(text)).toBe(false);
  });
});

describe('ranges', () => {
  it.each([
    ['10.0.0.0/8', '10.255.255.255', true],
    ['10.0.0.0/8', '11.0.0.0', false],
    ['10.0.0.0/8', '::ffff:10.1.2.3', true],
    ['10.0.0.0/8', '::10.1.2.3', false],
    ['192.0.2.7', '192.0.2.7', true],
    ['192.0.2.7', '192.0.2.8', false],
    ['192.0.2.7/32', '::ffff:192.0.2.7', true],
    ['192.0.2.0/31', '192.0.2.2', false],
    ['2001:db8::/32', '2001:db8:ffff::1', true],
    ['2001:db8::/32', '2001:db9::1', false],
    ['2001:db8::1', '2001:db8::1', true],
    ['2001:db8::1', '2001:db8::2', false],
    ['fe80::/10', 'fe80::1%eth0', true],
    ['0.0.0.0/0', '203.0.113.9', true],
    ['::/0', '2001:db8::1', true],
    // A range of one family says nothing about the other.
    ['::/0', '10.0.0.1', false],
    ['::/0', '::ffff:10.0.0.1', false],
    ['0.0.0.0/0', '2001:db8::1', false],
  ])('%s and %s: %s', (range, address, expected) => {
    expect(new AddressRanges([range]).includes(address)).toBe(expected);
  });

  it('takes any of several', () => {
    const ranges = new AddressRanges(['198.51.100.0/24', '2001:db8::/64', '192.0.2.7']);
    expect(['198.51.100.9', '2001:db8::9', '192.0.2.7'].every((address) => ranges.includes(address))).toBe(
      true,
    );
    expect(ranges.includes('192.0.2.6')).toBe(false);
  });

  it('without any range includes nothing', () => {
    expect(new AddressRanges([]).includes('127.0.0.1')).toBe(false);
  });
});

describe('the prefix of an address', () => {
  it.each([
    ['192.0.2.77', '192.0.2.0/24'],
    ['::ffff:192.0.2.77', '192.0.2.0/24'],
    ['2001:db8:7:8:9::1', '2001:db8:7::/48'],
    ['fe80::1%eth0', 'fe80::/48'],
    ['example.org', null],
  ])('of %s is %s', (text, prefix) => {
    expect(addressPrefix(text)).toBe(prefix);
  });
});
