import { postOverHttps } from '#libs/outbound-https';
import type { StoredHead } from '../persistence/heads.js';

const TIMEOUT_MS = 5_000;
const ANSWER_BYTES = 16_384;

/** `ahead`: the witness has seen a larger tree. `refused`: what it has seen is no beginning of this one. */
export type WitnessVerdict =
  | { readonly outcome: 'kept' }
  | { readonly outcome: 'ahead'; readonly size: number }
  | { readonly outcome: 'refused'; readonly status: number };

/** Consistency proof from a tree of this size to the head's. */
export type ProofFrom = (size: number) => Promise<readonly Buffer[]>;

/** Whoever receives each checkpoint outside, by the protocol of C2SP tlog-witness (add-checkpoint). */
export class Witness {
  /** The size it last took; it tells when that is wrong. */
  #size = 0;

  /** @param ca certificate authorities besides the system's, PEM */
  constructor(
    private readonly prefix: string,
    private readonly ca?: string,
  ) {}

  /** @throws Error when it does not answer */
  async submit(head: StoredHead, proofFrom: ProofFrom): Promise<WitnessVerdict> {
    const first = await this.add(head, proofFrom, Math.min(this.#size, head.size));
    if (first.outcome !== 'other-size') return first;
    if (first.size > head.size) return { outcome: 'ahead', size: first.size };
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
      ...{ timeoutMs: TIMEOUT_MS, answerBytes: ANSWER_BYTES },
      ...(this.ca === undefined ? {} : { ca: this.ca }),
    });
    if (status >= 200 && status < 300) {
      this.#size = head.size;
      return { outcome: 'kept' };
    }
    if (status === 409 && contentType.startsWith('text/x.tlog.size')) {
      const size = Number(body.trim());
      if (Number.isSafeInteger(size) && size !== oldSize) {
        this.#size = size;
        return { outcome: 'other-size', size };
      }
    }
    if (status === 409 || status === 422) return { outcome: 'refused', status };
    throw new Error(`the witness answered ${status}`);
  }
}
