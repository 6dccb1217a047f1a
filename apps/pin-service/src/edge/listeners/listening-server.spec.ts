import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { ConnectionsByAddress } from './listening-server.js';

/** A connection from an address that this machine does not have. */
function from(remoteAddress: string | undefined): Socket {
  return Object.defineProperty(new Socket(), 'remoteAddress', { value: remoteAddress });
}

const admitted = (connections: ConnectionsByAddress, addresses: readonly (string | undefined)[]) =>
  addresses.map((address) => connections.admit(from(address)));

describe('connections by address', () => {
  it('count an IPv6 network as one address, and IPv4 written in either way', () => {
    const connections = new ConnectionsByAddress(2, []);
    const network = Array.from({ length: 50 }, (_, host) => `2001:db8:1:2::${host + 1}`);
    expect(admitted(connections, network).filter(Boolean)).toHaveLength(2);
    expect(admitted(connections, ['2001:db8:1:3::1'])).toEqual([true]);
    expect(admitted(connections, ['::ffff:192.0.2.1', '192.0.2.1', '::ffff:192.0.2.1', '192.0.2.2'])).toEqual(
      [true, true, false, true],
    );
  });

  it('let in nobody whose address is not known, and trusted proxies always', () => {
    const connections = new ConnectionsByAddress(1, ['2001:db8:9::/64']);
    expect(admitted(connections, [undefined, '', 'unknown'])).toEqual([false, false, false]);
    const proxies = Array.from({ length: 5 }, () => '2001:db8:9::1');
    expect(admitted(connections, proxies)).toEqual(proxies.map(() => true));
  });
});
