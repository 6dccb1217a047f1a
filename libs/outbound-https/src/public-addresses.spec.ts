import { describe, expect, it } from 'vitest';
import { PublicAddresses } from './public-addresses.js';

const addresses = new PublicAddresses();

describe('public addresses', () => {
  it.each(['1.1.1.1', '93.184.216.34', '2606:4700:4700::1111', '::ffff:1.1.1.1'])(
    'are allowed: %s',
    (address) => {
      expect(addresses.allows(address)).toBe(true);
    },
  );

  it.each([
    '127.0.0.1',
    '127.255.255.254',
    '0.0.0.0',
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '100.100.100.200',
    '168.63.129.16',
    '192.0.0.192',
    '192.0.2.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:169.254.169.254',
    '::ffff:a9fe:a9fe',
    '64:ff9b::a9fe:a9fe',
    '2002:7f00:1::',
    '2001:0:7f00:1::',
    'fe80::1',
    'fc00::1',
    'fd00:ec2::254',
    'ff02::1',
    '2001:db8::1',
    '::7f00:1',
    '',
    'localhost',
    '127.1',
  ])('do not include %s', (address) => {
    expect(addresses.allows(address)).toBe(false);
  });

  it('are joined by ranges that the deployment allows, and by no others', () => {
    const lenient = new PublicAddresses(['10.1.0.0/16', 'fd00:1::/32']);
    expect(['10.1.2.3', 'fd00:1::5', '::ffff:10.1.2.3'].map((address) => lenient.allows(address))).toEqual([
      true,
      true,
      true,
    ]);
    expect(['10.2.0.1', 'fd00:2::5', '127.0.0.1'].map((address) => lenient.allows(address))).toEqual([
      false,
      false,
      false,
    ]);
  });
});
