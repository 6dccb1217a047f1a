import { EMPTY_ROOT, nodeHash } from './hashes.js';

/** A tree to which leaves are added one by one; it holds at most as many hashes as its size has binary digits. */
export class GrowingTree {
  /** Roots of the complete subtrees, largest first. */
  readonly #subtrees: { readonly hash: Buffer; readonly leaves: number }[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(leaf: Buffer): void {
    let added = { hash: leaf, leaves: 1 };
    for (let last = this.#subtrees.at(-1); last?.leaves === added.leaves; last = this.#subtrees.at(-1)) {
      this.#subtrees.pop();
      added = { hash: nodeHash(last.hash, added.hash), leaves: 2 * added.leaves };
    }
    this.#subtrees.push(added);
    this.#size += 1;
  }

  root(): Buffer {
    const [smallest, ...larger] = this.#subtrees.toReversed();
    if (smallest === undefined) return EMPTY_ROOT;
    return larger.reduce((right, { hash }) => nodeHash(hash, right), smallest.hash);
  }
}
