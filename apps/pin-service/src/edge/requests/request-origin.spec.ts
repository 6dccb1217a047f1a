import { describe, expect, it } from 'vitest';
import { Log } from '../../logging/log.js';
import { Metrics } from '../../metrics/metrics.js';
import { createEdge } from '../edge.js';
import { addressKey } from './request-origin.js';

const log = new Log('fatal');

/** The source address that the service sees in a request from `peer`. */
async function sourceOf(peer: string, forwarded?: string, trustedProxies: readonly string[] = []) {
  const fastify = createEdge({ log, metrics: new Metrics(), trustedProxies }).getInstance();
  fastify.get('/', (request, reply) => void reply.send(request.sourceAddress));
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  const { body } = await fastify.inject({ url: '/', remoteAddress: peer, headers });
  await fastify.close();
  return body;
}

describe('the source address of a request', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['::ffff:127.0.0.1', '127.0.0.1'],
    ['::1', '::1'],
    ['fe80::1%eth0', 'fe80::1'],
  ])('of the peer %s is %s', async (peer, expected) => {
    expect(await sourceOf(peer)).toBe(expected);
  });

  it('is the peer, whatever X-Forwarded-For says, unless the peer is a proxy that is trusted', async () => {
    expect(await sourceOf('203.0.113.9', '10.0.0.1')).toBe('203.0.113.9');
    expect(await sourceOf('203.0.113.9', '10.0.0.1', ['192.0.2.0/24'])).toBe('203.0.113.9');
  });

  it.each([
    ['the caller', '203.0.113.9', '203.0.113.9'],
    ['what the proxy added, not what the caller claimed', '10.0.0.1, 203.0.113.9', '203.0.113.9'],
    ['the caller in front of two proxies', '10.0.0.1, 203.0.113.9, 192.0.2.8', '203.0.113.9'],
    ['a mapped address', '::ffff:203.0.113.9', '203.0.113.9'],
    ['an IPv6 address', '2001:DB8::0:9', '2001:db8::9'],
    ['the proxy, when all there are are trusted', '192.0.2.8, 192.0.2.9', '192.0.2.8'],
    ['with empty entries', ',, 203.0.113.9 ,', '203.0.113.9'],
    // A text that is no address is not accepted, nor is anything before it.
    ['a host and port', '10.0.0.1, 203.0.113.9:4711', '192.0.2.7'],
    ['a word', '10.0.0.1, unknown', '192.0.2.7'],
    ['an octal address', '10.0.0.1, 0313.0.0161.9', '192.0.2.7'],
    ['one number', '10.0.0.1, 3405803785', '192.0.2.7'],
    ['brackets', '[2001:db8::9]', '192.0.2.7'],
    ['markup', '10.0.0.1, <script>', '192.0.2.7'],
    ['nothing', '', '192.0.2.7'],
    ['ten thousand entries', `${'10.0.0.1,'.repeat(10_000)}203.0.113.9`, '203.0.113.9'],
  ])('behind a trusted proxy: %s', async (_, forwarded, expected) => {
    expect(await sourceOf('192.0.2.7', forwarded, ['192.0.2.0/24'])).toBe(expected);
  });

  it('knows a trusted proxy by its mapped address too', async () => {
    expect(await sourceOf('::ffff:192.0.2.7', '203.0.113.9', ['192.0.2.0/24'])).toBe('203.0.113.9');
  });
});

describe('whom a limit counts', () => {
  it.each([
    ['203.0.113.9', '203.0.113.9'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2:ffff::', '2001:db8:1:2::/64'],
    ['2001:db8:1:3::1', '2001:db8:1:3::/64'],
    ['::1', '::/64'],
    ['', ''],
  ])('%s: %s', (address, expected) => {
    expect(addressKey(address)).toBe(expected);
  });
});
