import type { FastifyInstance, FastifyRequest } from 'fastify';
import ipaddr from 'ipaddr.js';
import { canonicalAddress } from '#libs/api-clients';
import '../requests/fastify-request.js';

const IPV6_NETWORK_BITS = 64;

/**
 * Notes where a request comes from, written in one way. X-Forwarded-For is believed as far as TRUSTED_PROXIES reach
 * (Fastify's trustProxy); what a proxy passed on and is no address stands for the proxy itself.
 */
export function registerSourceAddresses(fastify: FastifyInstance): void {
  fastify.decorateRequest('sourceAddress', '');
  fastify.addHook('onRequest', async (request: FastifyRequest) => {
    const { remoteAddress = '' } = request.socket;
    // A peer that has hung up has no address any more, and is in no range.
    request.sourceAddress = canonicalAddress(request.ip) ?? canonicalAddress(remoteAddress) ?? '';
  });
}

/** Whom a limit counts: one IPv4 address, or the /64 that a single IPv6 host can choose its addresses from. */
export function addressKey(sourceAddress: string): string {
  if (!sourceAddress.includes(':')) return sourceAddress;
  const network = ipaddr.IPv6.networkAddressFromCIDR(`${sourceAddress}/${IPV6_NETWORK_BITS}`);
  return `${network.toString()}/${IPV6_NETWORK_BITS}`;
}
