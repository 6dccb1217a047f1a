import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Services of cloud providers that answer on public addresses: Azure's WireServer and DNS. */
const METADATA_SERVICES = new Set(['168.63.129.16']);

/** All of IPv6 that IANA assigns (RFC 4291, section 2.4). Outside it are, for instance, IPv4-compatible addresses. */
const GLOBAL_UNICAST = '2000::/3';

/** Resolves a name to addresses; the system's resolver, or a test's. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

/** This address may not be called. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';

  constructor() {
    super('the address is not allowed');
  }
}

/**
 * The addresses that may be called for others: public ones, and ranges that the deployment also allows. Private,
 * loopback, link-local, multicast, reserved and translated ranges (6to4, Teredo, NAT64) are not public; an IPv4 address
 * mapped into IPv6 is judged as IPv4.
 */
export class PublicAddresses {
  /** @param allowed ranges in CIDR notation */
  constructor(
    private readonly allowed: readonly string[] = [],
    private readonly resolve: Resolve = systemResolve,
  ) {}

  allows(address: string): boolean {
    if (!ipaddr.isValid(address)) return false;
    const judged = ipaddr.process(address);
    if (this.allowed.some((range) => isWithin(judged, range))) return true;
    if (judged.kind() === 'ipv6' && !isWithin(judged, GLOBAL_UNICAST)) return false;
    return judged.range() === 'unicast' && !METADATA_SERVICES.has(judged.toString());
  }

  /** Whether the host of a URL is an allowed address, or a name; a name is judged when it is resolved. */
  allowsHost(hostname: string): boolean {
    const literal = hostname.replace(/^\[|\]$/g, '');
    return isIP(literal) === 0 || this.allows(literal);
  }

  /**
   * The resolver of one connection. The connection goes to the address that it returns, so a name cannot have a good
   * address when it is checked and another one when it is called (DNS rebinding).
   */
  readonly lookup: LookupFunction = (hostname, options, callback) => {
    void this.answer(hostname, options.all === true, callback);
  };

  private async answer(
    hostname: string,
    all: boolean,
    callback: Parameters<LookupFunction>[2],
  ): Promise<void> {
    try {
      const addresses = await this.addressesOf(hostname);
      const [first] = addresses;
      if (first === undefined) callback(new AddressRefused(), '', 4);
      else if (all) callback(null, [...addresses]);
      else callback(null, first.address, first.family);
    } catch (failure) {
      callback(failure instanceof Error ? failure : new Error('not resolved'), '', 4);
    }
  }

  private async addressesOf(hostname: string): Promise<readonly LookupAddress[]> {
    const family = isIP(hostname);
    const found = family === 0 ? await this.resolve(hostname) : [{ address: hostname, family }];
    return found.filter(({ address }) => this.allows(address));
  }
}

function isWithin(address: ipaddr.IPv4 | ipaddr.IPv6, range: string): boolean {
  const [network, bits] = ipaddr.parseCIDR(range);
  return network.kind() === address.kind() && address.match(network, bits);
}

async function systemResolve(hostname: string): Promise<readonly LookupAddress[]> {
  return await new Promise((resolve, reject) => {
    systemLookup(hostname, { all: true }, (fault, addresses) =>
      fault === null ? resolve(addresses) : reject(fault),
    );
  });
}
