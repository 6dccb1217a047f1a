import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Deprecated (RFC 4291, section 2.5.5.1). ipaddr.js reads it as the IPv4 address, which is wrong. */
const IPV4_COMPATIBLE = /^::\d+\.\d+\.\d+\.\d+(?:%|$)/;

/**
 * One spelling for each address. An IPv4-mapped IPv6 address (RFC 4291, section 2.5.5.2) becomes the IPv4 address. A
 * zone (RFC 4007, section 11) is left out, since it has a meaning only on one host.
 *
 * @returns null for a text that is no address, or that programs read in different ways (octal, fewer than four parts)
 */
export function canonicalAddress(text: string): string | null {
  return readAddress(text)?.toString() ?? null;
}

/** The usual size of one customer's network: a caller who can choose an address chooses it inside. */
const PREFIX_BITS = { ipv4: 24, ipv6: 48 };

/**
 * The network of an address, in CIDR notation: the /24 of IPv4, the /48 of IPv6; null for a text that is no address.
 */
export function addressPrefix(text: string): string | null {
  const address = readAddress(text);
  if (address === null) return null;
  const bits = PREFIX_BITS[address.kind()];
  const bytes = address.toByteArray().map((byte, index) => (index < bits / 8 ? byte : 0));
  return `${ipaddr.fromByteArray(bytes).toString()}/${bits}`;
}

/** Ranges that are parsed once and asked often. */
export class AddressRanges {
  readonly #ranges: readonly [Address, number][];

  /** @param ranges each in CIDR notation, as isAddressRange accepts it */
  constructor(ranges: readonly string[]) {
    this.#ranges = ranges.map((range) => ipaddr.parseCIDR(range.includes('/') ? range : alone(range)));
  }

  /** False for a text that is no address. */
  includes(text: string): boolean {
    const address = readAddress(text);
    if (address === null) return false;
    return this.#ranges.some((range) => range[0].kind() === address.kind() && address.match(range));
  }
}

function readAddress(text: string): Address | null {
  if (isIP(text) === 0 || IPV4_COMPATIBLE.test(text)) return null;
  return ipaddr.process(text.split('%', 1)[0] ?? '');
}

function alone(address: string): string {
  return `${address}/${ipaddr.parse(address).kind() === 'ipv4' ? 32 : 128}`;
}
