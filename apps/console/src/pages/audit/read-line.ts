import { answered, api, type Schemas } from '../../api/client.js';
import { judgeGrowth, type Growth } from './judge-growth.js';
import { openCheckpoint, type Checkpoint } from './proof/checkpoint.js';
import { proveLine, type ProvenLine } from './proof/prove-line.js';
import { trustedKeys } from './trusted-keys.js';

/** What came of a proof that was made here. `pinned`: under keys that a person has pasted into this browser. */
export type Verdict<Proven> =
  | { readonly proven: Proven; readonly pinned: boolean }
  | { readonly fault: string; readonly pinned: boolean };

export interface ReadLine {
  readonly line: Schemas['InclusionProof'];
  readonly head: Schemas['Checkpoint'];
  readonly verdict: Verdict<ProvenLine>;
  /** Of the tree that the line is in; null where its head cannot be believed. */
  readonly growth: Growth | null;
}

/** The newest signed head. @throws Problem */
async function readCheckpoint(): Promise<Schemas['Checkpoint']> {
  return await answered(api.GET('/v1/admin/audit/checkpoint'));
}

/** A line with its proof in the newest signed tree, judged here. @throws Problem */
export async function readLine(leafIndex: number): Promise<ReadLine> {
  const head = await readCheckpoint();
  const line = await answered(
    api.GET('/v1/admin/audit/inclusion-proof', {
      params: { query: { leafIndex: String(leafIndex), treeSize: String(head.treeSize) } },
    }),
  );
  const verdict = await judged(head, async (keys) => {
    // The answer names the place that it is about; what is proven is the line that was asked for.
    return await proveLine({ ...line, leafIndex, checkpoint: head.checkpoint }, keys);
  });
  const growth = 'proven' in verdict ? await judgeGrowth(verdict.proven.checkpoint) : null;
  return { line, head, verdict, growth };
}

/** The newest signed head, judged here, also by the one that this browser has seen before. @throws Problem */
export async function readJudgedCheckpoint() {
  const head = await readCheckpoint();
  const verdict: Verdict<Checkpoint> = await judged(head, (keys) => openCheckpoint(head.checkpoint, keys));
  const growth = 'proven' in verdict ? await judgeGrowth(verdict.proven) : null;
  return { head, verdict, growth };
}

async function judged<Proven>(
  { verifierKeys }: Schemas['Checkpoint'],
  prove: (keys: Awaited<ReturnType<typeof trustedKeys>>['keys']) => Promise<Proven>,
): Promise<Verdict<Proven>> {
  // Pages that did not come over TLS have no WebCrypto.
  if (!globalThis.isSecureContext)
    return { fault: 'This browser lets pages compute proofs only over https.', pinned: false };
  const { keys, pinned } = await trustedKeys(verifierKeys);
  try {
    return { proven: await prove(keys), pinned };
  } catch (fault) {
    return { fault: fault instanceof Error ? fault.message : 'The proof cannot be computed.', pinned };
  }
}
