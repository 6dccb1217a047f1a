import type { Socket } from 'node:net';
import { AddressRanges, canonicalAddress } from '#libs/api-clients';
import { addressKey } from '../addresses/source-address.js';

/**
 * Connections of one listener, counted by the address they come from (for IPv6 its /64), so that no single address holds
 * all that the listener may have. A trusted proxy speaks for many, and is not counted.
 */
export class ConnectionsByAddress {
  readonly #open = new Map<string, number>();
  readonly #trusted: AddressRanges;

  constructor(
    private readonly limit: number,
    trustedProxies: readonly string[],
  ) {
    this.#trusted = new AddressRanges(trustedProxies);
  }

  /** Whether there is room; a connection that is let in counts until it is closed. */
  admit(socket: Socket): boolean {
    // A peer that has hung up has no address any more.
    const address = canonicalAddress(socket.remoteAddress ?? '');
    if (address === null) return false;
    if (this.#trusted.includes(address)) return true;
    const key = addressKey(address);
    const open = this.#open.get(key) ?? 0;
    if (open >= this.limit) return false;
    this.#open.set(key, open + 1);
    socket.once('close', () => this.leave(key));
    return true;
  }

  private leave(key: string): void {
    const open = (this.#open.get(key) ?? 1) - 1;
    if (open === 0) this.#open.delete(key);
    else this.#open.set(key, open);
  }
}
