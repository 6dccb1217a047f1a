/**
 * Collects what is to be sent within one turn of the event loop and sends it as one message: with many operations in
 * flight, the system calls and wake-ups of single messages cost more than the messages.
 */
export class Batch<Item> {
  #items: Item[] = [];

  constructor(private readonly send: (items: readonly Item[]) => void) {}

  add(item: Item): void {
    this.#items.push(item);
    if (this.#items.length === 1) setImmediate(() => this.flush());
  }

  private flush(): void {
    const items = this.#items;
    this.#items = [];
    this.send(items);
  }
}
