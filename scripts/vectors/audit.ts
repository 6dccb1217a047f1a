import { createHash, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { keptEntry, keptKey, keptText, privateKeyOf, WARNING, type Kept } from './kept.js';

const ORIGIN = 'bank.example/pinward';
const SIZES = [3, 7, 8];
const FROM_TO = [
  [3, 7],
  [3, 8],
  [7, 8],
] as const;
/** Of the leaves. */
const INCLUDED = [
  [0, 7],
  [2, 3],
  [6, 7],
  [5, 8],
] as const;

/** A leaf's text is taken as it is: this one has letters beyond ASCII, a source address and members of its own in `details`. */
const ENTRIES = [0, 1, 2, 3, 4, 5, 6, 7].map((index) =>
  JSON.stringify({
    auditId: 41 + index,
    occurredAt: `2026-11-27T12:00:0${index}.123456Z`,
    tenantId: 'default',
    clientId: 'my-card-app',
    subject: index === 2 ? 'Zoë' : 'my-card-app',
    sourceAddress: '192.0.2.10',
    requestId: `7d8a1c1e-0c62-4f0e-8a54-2f1f6d1c9b7${index}`,
    action: 'pin.validate',
    phase: index % 2 === 0 ? 'intent' : 'outcome',
    ...(index % 2 === 0 ? {} : { result: 'matched' }),
    cardId: '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
    details: { triesRemaining: 3 },
  }),
);
const LEAVES = ENTRIES.map((entry) => hashOf(0x00, Buffer.from(entry)));

/** The audit trail's Merkle tree (RFC 9162, section 2.1) and its signed heads (C2SP tlog-checkpoint and signed-note). */
export function auditVectors(kept: Kept) {
  const signingKey = keptKey(kept, 'signingKey', 'p256');
  const privateKey = privateKeyOf(signingKey);
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  const keyId = createHash('sha256').update(spki).digest().subarray(0, 4);
  const checkpoints = SIZES.map((treeSize, index) => {
    const rootHash = rootOf(LEAVES.slice(0, treeSize)).toString('base64');
    const text = `${ORIGIN}\n${treeSize}\n${rootHash}\n`;
    const before = keptEntry(kept, 'checkpoints', index)?.['checkpoint'];
    const checkpoint = keptText(
      before,
      (given) => isNote(given, text, keyId, privateKey),
      () => note(text, Buffer.concat([keyId, sign('sha256', Buffer.from(text), privateKey)])),
    );
    return { treeSize, rootHash, checkpoint };
  });
  const key = Buffer.concat([Buffer.of(0x02), spki]).toString('base64');
  return {
    title: 'Proofs of the audit trail (docs/audit.md)',
    warning: WARNING,
    signingKey,
    origin: ORIGIN,
    verifierKey: `${ORIGIN}+${keyId.toString('hex')}+${key}`,
    leaves: ENTRIES.map((entry, leafIndex) => {
      return { leafIndex, entry, leafHash: LEAVES[leafIndex]?.toString('base64') };
    }),
    checkpoints,
    inclusionProofs: INCLUDED.map(([leafIndex, treeSize]) => {
      return { leafIndex, treeSize, proof: path(leafIndex, LEAVES.slice(0, treeSize)).map(base64) };
    }),
    consistencyProofs: FROM_TO.map(([from, to]) => {
      return { from, to, proof: subproof(from, LEAVES.slice(0, to), true).map(base64) };
    }),
  };
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64');
}

function hashOf(prefix: number, ...parts: readonly Buffer[]): Buffer {
  return createHash('sha256')
    .update(Buffer.concat([Buffer.of(prefix), ...parts]))
    .digest();
}

/** The largest power of two below n. */
function split(n: number): number {
  return 2 ** Math.floor(Math.log2(n - 1));
}

/** MTH. */
function rootOf(leaves: readonly Buffer[]): Buffer {
  const [leaf] = leaves;
  if (leaf === undefined) return createHash('sha256').digest();
  if (leaves.length === 1) return leaf;
  const middle = split(leaves.length);
  return hashOf(0x01, rootOf(leaves.slice(0, middle)), rootOf(leaves.slice(middle)));
}

/** PATH. */
function path(index: number, leaves: readonly Buffer[]): readonly Buffer[] {
  if (leaves.length === 1) return [];
  const middle = split(leaves.length);
  const [left, right] = [leaves.slice(0, middle), leaves.slice(middle)];
  return index < middle
    ? [...path(index, left), rootOf(right)]
    : [...path(index - middle, right), rootOf(left)];
}

/** SUBPROOF. */
function subproof(size: number, leaves: readonly Buffer[], isWhole: boolean): readonly Buffer[] {
  if (size === leaves.length) return isWhole ? [] : [rootOf(leaves)];
  const middle = split(leaves.length);
  const [left, right] = [leaves.slice(0, middle), leaves.slice(middle)];
  return size <= middle
    ? [...subproof(size, left, isWhole), rootOf(right)]
    : [...subproof(size - middle, right, false), rootOf(left)];
}

function note(text: string, signature: Buffer): string {
  return `${text}\n\u2014 ${ORIGIN} ${signature.toString('base64')}\n`;
}

function isNote(given: string, text: string, keyId: Buffer, key: KeyObject): boolean {
  const bytes = Buffer.from(given.trimEnd().split(' ').at(-1) ?? '', 'base64');
  const isSame = given === note(text, bytes) && bytes.subarray(0, 4).equals(keyId);
  return isSame && verify('sha256', Buffer.from(text), key, bytes.subarray(4));
}
