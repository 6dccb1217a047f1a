import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Range = [Address, number];

/** One way to write each address: an IPv4-mapped IPv6 address (RFC 4291, section 2.5.5.2) is the IPv4 address. */
export function canonicalAddress(text: string): string {
  return ipaddr.isValid(text) ? ipaddr.process(text).toString() : text;
}

/** Whether it is a range in CIDR notation whose host bits are zero: 10.0.0.0/8, not 10.1.2.3/8. */
export function isAddressRange(text: string): boolean {
  if (!ipaddr.isValidCIDR(text)) return false;
  const [address, bits] = ipaddr.parseCIDR(text);
  const bytes = address.toByteArray();
  return bytes.every((byte, index) => (byte & hostMask(bits - index * 8)) === 0);
}

/** Bits of one byte that lie behind the prefix. */
function hostMask(prefixBits: number): number {
  return 0xff >> Math.min(8, Math.max(0, prefixBits));
}

/** Ranges that have been read once, to be asked often. */
export class AddressRanges {
  readonly #ranges: readonly Range[];

  /** @param ranges each in CIDR notation, as isAddressRange accepts it */
  constructor(ranges: readonly string[]) {
    this.#ranges = ranges.map((range) => unmapped(ipaddr.parseCIDR(range)));
  }

  /** False for what is no address. */
  includes(text: string): boolean {
    if (!ipaddr.isValid(text)) return false;
    const address = ipaddr.process(text);
    return this.#ranges.some((range) => range[0].kind() === address.kind() && address.match(range));
  }
}

/** ::ffff:10.0.0.0/104 means 10.0.0.0/8. */
function unmapped([address, bits]: Range): Range {
  if (!(address instanceof ipaddr.IPv6) || !address.isIPv4MappedAddress() || bits < 96)
    return [address, bits];
  return [address.toIPv4Address(), bits - 96];
}
