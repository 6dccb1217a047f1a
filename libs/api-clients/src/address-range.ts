import ipaddr from 'ipaddr.js';

/** A range in canonical form (IPv6 after RFC 5952), or what is wrong with it. */
export type AddressRange = { readonly range: string } | { readonly fault: string };

/**
 * Reads an address range in CIDR notation (RFC 4632, RFC 4291 section 2.3). An address alone is a range of one.
 * Notations that programs read in different ways (octal, fewer than four parts, zones) are refused.
 */
export function parseAddressRange(text: string): AddressRange {
  const [address = '', prefix, ...more] = text.split('/');
  const parsed = more.length === 0 ? parseAddress(address) : null;
  if (parsed === null) return { fault: 'is not an IPv4 or IPv6 range in CIDR notation' };
  if (parsed instanceof ipaddr.IPv6 && parsed.isIPv4MappedAddress()) {
    return { fault: 'is a mapped IPv4 range: write it as IPv4' };
  }
  const bits = parsed.kind() === 'ipv4' ? 32 : 128;
  if (prefix !== undefined && (!/^\d{1,3}$/.test(prefix) || Number(prefix) > bits)) {
    return { fault: `has no prefix length of 0 to ${bits}` };
  }
  const length = Number(prefix ?? bits);
  const network = networkAddress(parsed, length);
  return network === parsed.toString()
    ? { range: `${network}/${length}` }
    : { fault: `has host bits set: the range is ${network}/${length}` };
}

export function isAddressRange(text: string): boolean {
  return 'range' in parseAddressRange(text);
}

function parseAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  return ipaddr.IPv6.isValid(text) && !text.includes('%') ? ipaddr.IPv6.parse(text) : null;
}

function networkAddress(address: ipaddr.IPv4 | ipaddr.IPv6, length: number): string {
  const cidr = `${address.toString()}/${length}`;
  const network =
    address.kind() === 'ipv4'
      ? ipaddr.IPv4.networkAddressFromCIDR(cidr)
      : ipaddr.IPv6.networkAddressFromCIDR(cidr);
  return network.toString();
}
