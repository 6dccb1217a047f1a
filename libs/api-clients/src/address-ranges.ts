import ipaddr from 'ipaddr.js';

type Range = [ipaddr.IPv4 | ipaddr.IPv6, number];

/** One way to write each address: an IPv4-mapped IPv6 address (RFC 4291, section 2.5.5.2) is the IPv4 address. */
export function canonicalAddress(text: string): string {
  return ipaddr.isValid(text) ? ipaddr.process(text).toString() : text;
}

/** Ranges that have been read once, to be asked often. */
export class AddressRanges {
  readonly #ranges: readonly Range[];

  /** @param ranges each in CIDR notation, as isAddressRange accepts it */
  constructor(ranges: readonly string[]) {
    this.#ranges = ranges.map((range) => ipaddr.parseCIDR(range.includes('/') ? range : alone(range)));
  }

  /** False for what is no address. */
  includes(text: string): boolean {
    if (!ipaddr.isValid(text)) return false;
    const address = ipaddr.process(text);
    return this.#ranges.some((range) => range[0].kind() === address.kind() && address.match(range));
  }
}

function alone(address: string): string {
  return `${address}/${ipaddr.parse(address).kind() === 'ipv4' ? 32 : 128}`;
}
