import { postOverHttps } from '#libs/outbound-https';
import type { StoredHead } from '../persistence/heads.js';

const TIMEOUT_MS = 5_000;
const ANSWER_BYTES = 16_384;

/**
 * `ahead`: the witness has seen a larger tree. `refused`: the tree that it has seen is no beginning of this one.
 * `nothing-seen`: it has seen none, so it says nothing about this one, and did not get it either.
 */
export type WitnessVerdict =
  | { readonly outcome: 'kept' }
  | { readonly outcome: 'nothing-seen' }
  | { readonly outcome: 'ahead'; readonly size: number }
  | { readonly outcome: 'refused'; readonly status: number };

/** Consistency proof from a tree of this size to the head's. */
export type ProofFrom = (size: number) => Promise<readonly Buffer[]>;

/** Receives each checkpoint outside, by the protocol of C2SP tlog-witness (add-checkpoint). */
export class Witness {
  /**
   * The size that it took last; null if this process does not know. If the size is wrong, the witness answers with the
   * right one.
   */
  #size: number | null = null;

  /** @param ca certificate authorities in addition to the system's, PEM */
  constructor(
    private readonly prefix: string,
    private readonly ca?: string,
  ) {}

  /**
   * The first request says that it has seen this same head. A witness that has seen nothing would otherwise accept it
   * as its first.
   *
   * @param mayBegin whether another source confirms the tree: only then may a witness that has seen none begin with it
   * @throws Error when it does not answer
   */
  async submit(head: StoredHead, proofFrom: ProofFrom, mayBegin: boolean): Promise<WitnessVerdict> {
    const first = await this.add(head, proofFrom, Math.min(this.#size ?? head.size, head.size));
    if (first.outcome !== 'other-size') return first;
    if (first.size > head.size) return { outcome: 'ahead', size: first.size };
    if (first.size === 0 && !mayBegin) return { outcome: 'nothing-seen' };
    const second = await this.add(head, proofFrom, first.size);
    return second.outcome === 'other-size' ? { outcome: 'refused', status: 409 } : second;
  }

  private async add(
    head: StoredHead,
    proofFrom: ProofFrom,
    oldSize: number,
  ): Promise<WitnessVerdict | { readonly outcome: 'other-size'; readonly size: number }> {
    const proof = await proofFrom(oldSize);
    const lines = [`old ${oldSize}`, ...proof.map((hash) => hash.toString('base64')), '', head.note];
    const { status, contentType, body } = await postOverHttps({
      url: new URL(`${this.prefix.replace(/\/$/, '')}/add-checkpoint`),
      headers: { 'Content-Type': 'text/plain' },
      body: lines.join('\n'),
      timeoutMs: TIMEOUT_MS,
      answerBytes: ANSWER_BYTES,
      ...(this.ca === undefined ? {} : { ca: this.ca }),
    });
    if (status >= 200 && status < 300) {
      this.#size = head.size;
      return { outcome: 'kept' };
    }
    if (status === 409 && contentType.startsWith('text/x.tlog.size')) {
      const size = Number(body.trim());
      if (Number.isSafeInteger(size) && size !== oldSize) {
        // A witness that has seen nothing is not remembered as such: the next try is just as careful.
        this.#size = size === 0 ? null : size;
        return { outcome: 'other-size', size };
      }
    }
    if (status === 409 || status === 422) return { outcome: 'refused', status };
    throw new Error(`the witness answered ${status}`);
  }
}
