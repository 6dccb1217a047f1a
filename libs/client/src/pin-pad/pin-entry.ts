const MOST_DIGITS = 12;

/**
 * The digits of one PIN while they are typed: one byte each, so that they can be zeroed. No string of them is made.
 */
export class PinEntry {
  // Without a buffer of its own an array this small lies on the garbage collector's heap, which copies it about and leaves
  // the copies behind.
  readonly #bytes = new Uint8Array(new ArrayBuffer(MOST_DIGITS));
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** The digits themselves, no copy of them. */
  get digits(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** @param digit 0 to 9; a thirteenth is passed over */
  add(digit: number): void {
    if (this.#length < MOST_DIGITS) this.#bytes[this.#length++] = digit;
  }

  removeLast(): void {
    if (this.#length > 0) this.#bytes[--this.#length] = 0;
  }

  /** Leaves the other one empty. */
  takeOver(other: PinEntry): void {
    this.#bytes.set(other.#bytes);
    this.#length = other.#length;
    other.wipe();
  }

  equals(other: PinEntry): boolean {
    return (
      this.#length === other.#length && this.#bytes.every((digit, index) => digit === other.#bytes[index])
    );
  }

  wipe(): void {
    this.#bytes.fill(0);
    this.#length = 0;
  }
}
