import { describe, expect, it } from 'vitest';
import { parseAddressRange } from './address-range.js';

describe('an address range', () => {
  it.each([
    ['192.0.2.0/24', '192.0.2.0/24'],
    ['192.0.2.7', '192.0.2.7/32'],
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['2001:DB8:0:0::/32', '2001:db8::/32'],
    ['2001:db8::1', '2001:db8::1/128'],
    ['::/0', '::/0'],
  ])('%s is kept as %s', (text, range) => {
    expect(parseAddressRange(text)).toEqual({ range });
  });

  it.each([
    ['192.0.2.1/24', 'has host bits set: the range is 192.0.2.0/24'],
    ['2001:db8::1/64', 'has host bits set: the range is 2001:db8::/64'],
    ['::ffff:192.0.2.0/120', 'is a mapped IPv4 range: write it as IPv4'],
    ['192.0.2.0/33', 'has no prefix length of 0 to 32'],
    ['2001:db8::/129', 'has no prefix length of 0 to 128'],
    ['192.0.2.0/', 'has no prefix length of 0 to 32'],
    ['192.0.2.0/-1', 'has no prefix length of 0 to 32'],
    ['192.0.2.0/255.255.255.0', 'has no prefix length of 0 to 32'],
    ['010.0.0.0/8', 'is not an IPv4 or IPv6 range in CIDR notation'],
    ['10.1/16', 'is not an IPv4 or IPv6 range in CIDR notation'],
    ['0x7f.0.0.1', 'is not an IPv4 or IPv6 range in CIDR notation'],
    ['3232235521', 'is not an IPv4 or IPv6 range in CIDR notation'],
    ['fe80::1%eth0', 'is not an IPv4 or IPv6 range in CIDR notation'],
    ['192.0.2.0/24/24', 'is not an IPv4 or IPv6 range in CIDR notation'],
    ['example.org', 'is not an IPv4 or IPv6 range in CIDR notation'],
    [' 192.0.2.1', 'is not an IPv4 or IPv6 range in CIDR notation'],
    ['', 'is not an IPv4 or IPv6 range in CIDR notation'],
  ])('%j %s', (text, fault) => {
    expect(parseAddressRange(text)).toEqual({ fault });
  });
});
