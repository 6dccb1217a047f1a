import { AddressRanges } from '#libs/api-clients';

/** Whether a client may call from an address. Lists are read once, for as long as somebody holds them. */
export class ClientAddresses {
  readonly #read = new WeakMap<readonly string[], AddressRanges>();

  /** @param allowAnyAddress what an empty list means; production refuses it */
  constructor(private readonly allowAnyAddress: boolean) {}

  allow(allowedAddresses: readonly string[], address: string): boolean {
    if (allowedAddresses.length === 0) return this.allowAnyAddress;
    let ranges = this.#read.get(allowedAddresses);
    if (ranges === undefined)
      this.#read.set(allowedAddresses, (ranges = new AddressRanges(allowedAddresses)));
    return ranges.includes(address);
  }
}
