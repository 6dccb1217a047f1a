import { describe, expect, it, vi } from 'vitest';
import { ClientAddresses } from './access-token.guard.js';

describe('addresses of a client', () => {
  it('are those of its list, in production and outside', () => {
    for (const allowAnyAddress of [true, false]) {
      const addresses = new ClientAddresses(allowAnyAddress);
      expect(addresses.allow(['10.0.0.0/8'], '10.1.2.3')).toBe(true);
      expect(addresses.allow(['10.0.0.0/8'], '11.1.2.3')).toBe(false);
      expect(addresses.allow(['10.0.0.0/8'], '')).toBe(false);
    }
  });

  it('without a list are all outside production, and none in production', () => {
    expect(new ClientAddresses(true).allow([], '10.1.2.3')).toBe(true);
    expect(new ClientAddresses(false).allow([], '10.1.2.3')).toBe(false);
  });

  it('are read once for each list', () => {
    const list = ['10.0.0.0/8', '2001:db8::/32'];
    const read = vi.spyOn(list, 'map');
    const addresses = new ClientAddresses(false);
    for (let call = 0; call < 3; call += 1) addresses.allow(list, '10.1.2.3');
    expect(read).toHaveBeenCalledTimes(1);
  });
});
