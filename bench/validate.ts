import { TestIdentity } from '../test/rigs/test-identity.js';
import { makeTestToken } from '../test/rigs/token.js';
import { measureRaw } from './raw/measure-raw.js';
import { BenchStack, CARDS, CONCURRENCY } from './stack.js';

export interface BenchOptions {
  readonly rsaBits: number;
  /** How long each rate is measured, seconds. */
  readonly seconds: number;
  readonly progress: (line: string) => void;
}

export interface Figures {
  /** Unwrap, wrap, destroy by the token alone, the best of 1 to 8 in flight. */
  readonly rawPerSecond: number;
  /** Complete requests: TLS, token check, spend, HSM, settle. */
  readonly validatePerSecond: number;
  readonly ratio: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Both rates on one fresh token and database, one after the other on the otherwise idle machine. */
export async function measure({ rsaBits, seconds, progress }: BenchOptions): Promise<Figures> {
  progress(`RSA-${rsaBits}: making a token`);
  const token = await makeTestToken({ rsaBits });
  using identity = await TestIdentity.make();
  try {
    progress(`RSA-${rsaBits}: the token alone, 1 to 8 in flight`);
    const raw = await measureRaw(token, seconds);
    progress(`RSA-${rsaBits}: a database, a service, and ${CARDS} PINs`);
    await using stack = await BenchStack.start({ token, identity });
    progress(`RSA-${rsaBits}: warming up`);
    const { perSecond } = await stack.warmUp();
    const total = Math.ceil((perSecond * seconds) / CARDS) * CARDS;
    progress(`RSA-${rsaBits}: ${total} validate requests, ${CONCURRENCY} at once`);
    const validate = await stack.load(total);
    return {
      rawPerSecond: Math.round(raw.perSecond),
      validatePerSecond: Math.round(validate.perSecond),
      ratio: Number((validate.perSecond / raw.perSecond).toFixed(3)),
      p50Ms: validate.p50Ms,
      p99Ms: validate.p99Ms,
    };
  } finally {
    await token.remove();
  }
}
