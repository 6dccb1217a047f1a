import { createPrivateKey, createPublicKey, type JsonWebKey } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeProtectedHeader } from 'jose';
import { describe, expect, it } from 'vitest';
import {
  consistencyProof,
  formatVerifierKey,
  inclusionProof,
  isConsistent,
  leafHash,
  openNote,
  parseVerifierKey,
  rootOfInclusion,
  verifierKey,
  type Head,
} from '#libs/audit';
import { encryptPin, verifiedKeySet, type PinKeySet } from '#libs/client';
import { openReveal } from '#libs/client/reveal';
import { verifyWebhook, WebhookRejected } from '#libs/client/webhooks';
import { SecretText } from '#libs/secret-text';
import { leafEntry, type AuditRow } from '../../libs/audit/src/leaf.js';
import { rootOf } from '../../libs/audit/src/tree/hashes.js';
import { encryptTo, recipientKey } from '../../libs/card-vault/src/recipient-key.js';
import { signedHeaders } from '../../libs/webhooks/src/signatures.js';
import { makeVectors } from '../../scripts/vectors/make-vectors.js';
import { PROJECT_ROOT } from '../support/project-root.js';
import { guideReceiverAccepts } from '../webhooks/guide-receiver.js';

const FOLDER = join(PROJECT_ROOT, 'docs/vectors');
const textOf = (file: string) => readFileSync(join(FOLDER, file), 'utf8');
const read = (file: string) => JSON.parse(textOf(file)) as never;

describe('docs/vectors', () => {
  it('holds what npm run vectors writes, which keeps keys, ciphertexts and signatures that hold', async () => {
    const files = readdirSync(FOLDER).filter((file) => file.endsWith('.json'));
    const made = await makeVectors(read);
    expect(Object.fromEntries(made)).toEqual(Object.fromEntries(files.map((file) => [file, textOf(file)])));
  });

  it('is made anew where a kept value means something else', async () => {
    const envelopes = structuredClone(read('pin-envelope.json')) as { vectors: { envelope: object }[] };
    const [first, second] = envelopes.vectors;
    if (first === undefined || second === undefined) throw new Error('no vectors');
    first.envelope = second.envelope;
    const made = await makeVectors((file) => (file === 'pin-envelope.json' ? envelopes : read(file)));
    const { vectors } = JSON.parse(made.get('pin-envelope.json') ?? '') as typeof envelopes;
    expect(vectors[0]?.envelope).not.toEqual(second.envelope);
    expect(vectors[1]).toEqual(second);
  });

  it('has every private key in both forms, and says that it is a test key', () => {
    for (const file of readdirSync(FOLDER).filter((name) => name.endsWith('.json'))) {
      const content = read(file) as Record<string, { privateJwk?: JsonWebKey; privatePem?: string } | string>;
      for (const { privateJwk, privatePem = '' } of Object.values(content).filter(
        (value) => typeof value === 'object',
      )) {
        if (privateJwk === undefined) continue;
        expect(createPrivateKey(privatePem).export({ format: 'jwk' })).toEqual(privateJwk);
        expect(content['warning']).toMatch(/^TEST KEYS/);
      }
    }
  });
});

interface KeySetVector {
  readonly title: string;
  readonly at: string;
  readonly answer: PinKeySet;
  readonly outcome: string;
}

describe('pin-key-set.json', () => {
  const { manifestPins, vectors } = read('pin-key-set.json') as {
    manifestPins: string[];
    vectors: KeySetVector[];
  };

  it.each(vectors)('$title: $outcome', async ({ at, answer, outcome }) => {
    const trust = { manifestPins, now: () => new Date(at) };
    const told = await verifiedKeySet(answer, trust).then(
      ({ keys }) => (expect(keys).toEqual(answer.keys), 'trusted'),
      (error: { code?: string }) => error.code,
    );
    expect(told).toBe(outcome);
  });

  it('gives a key to encrypt with', async () => {
    const [{ at, answer: keySet } = { at: '', answer: { keys: [] } }] = vectors;
    const card = { pinAccount: '987654321098', cardId: '3f2504e0-4f89-41d3-9a0c-0305e82c3301' };
    const envelope = await encryptPin({
      pin: '1234',
      ...card,
      keySet,
      manifestPins,
      now: () => new Date(at),
    });
    expect(envelope).toMatchObject({ kid: 'test-key-sha1', alg: 'RSA-OAEP' });
  });
});

interface WebhookVector {
  readonly title: string;
  readonly receivedAt: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly isGenuine: boolean;
  readonly isGuideSignature: boolean;
}

describe('webhook.json', () => {
  const { secret, nextSecret, sentAt, vectors } = read('webhook.json') as {
    secret: string;
    nextSecret: string;
    sentAt: string;
    vectors: WebhookVector[];
  };

  const FORMS = [
    ['standard', 'isGenuine'],
    [{ guideHeader: 'X-M2P-Signature' }, 'isGuideSignature'],
  ] as const;

  it.each(vectors)(
    '$title: genuine $isGenuine, signed as the guide has it $isGuideSignature',
    async (vector) => {
      const { receivedAt, headers, body } = vector;
      for (const [form, expected] of FORMS) {
        const receiving = verifyWebhook({ body, headers }, { secret, form, now: () => new Date(receivedAt) });
        if (vector[expected]) expect(await receiving).toMatchObject(JSON.parse(body));
        else await expect(receiving).rejects.toBeInstanceOf(WebhookRejected);
      }
    },
  );

  it("satisfies the guide's sample, which signs what it has written anew", () => {
    for (const { headers, body, isGuideSignature } of vectors) {
      const isWritten = JSON.stringify(JSON.parse(body)) === body;
      const isAccepted = guideReceiverAccepts(JSON.parse(body), headers['X-M2P-Signature'] ?? '', secret);
      expect(isAccepted).toBe(isGuideSignature || !isWritten);
    }
  });

  it('has the headers that the service sends', () => {
    const [once, rotating] = vectors;
    const sent = (secrets: readonly string[]) => {
      return signedHeaders({
        id: once?.headers['webhook-id'] ?? '',
        at: new Date(sentAt),
        body: once?.body ?? '',
        secrets: secrets.map((text) => new SecretText(text)),
        attempt: 0,
        guideHeader: 'X-M2P-Signature',
      });
    };
    expect(sent([secret])).toMatchObject(once?.headers ?? {});
    expect(sent([nextSecret, secret])).toMatchObject(rotating?.headers ?? {});
  });
});

interface RevealVector {
  readonly recipient: 'rsaKey' | 'ecKey';
  readonly jwe: string;
  readonly header: Readonly<Record<string, string>>;
  readonly plaintext: object;
}

describe('reveal.json', () => {
  const file = read('reveal.json') as Record<
    'rsaKey' | 'ecKey',
    { privatePem: string; privateJwk: JsonWebKey }
  > & {
    vectors: RevealVector[];
  };
  const algorithms = {
    rsaKey: [{ name: 'RSA-OAEP', hash: 'SHA-256' }, 'decrypt'],
    ecKey: [{ name: 'ECDH', namedCurve: 'P-256' }, 'deriveBits'],
  } as const;

  it.each(file.vectors)(
    '$recipient: opens, as what the service makes does',
    async ({ recipient, jwe, header, plaintext }) => {
      const { privatePem, privateJwk } = file[recipient];
      const [algorithm, usage] = algorithms[recipient];
      const { subtle } = globalThis.crypto;
      const privateKey = await subtle.importKey('jwk', privateJwk, algorithm, false, [usage]);
      const publicJwk = createPublicKey(privatePem).export({ format: 'jwk' });
      const given = { ...publicJwk, kid: header['kid'], alg: header['alg'], use: 'enc' };
      const made = await encryptTo(await recipientKey(given), Buffer.from(JSON.stringify(plaintext)));
      for (const each of [jwe, made]) {
        const { epk, ...protectedHeader } = decodeProtectedHeader(each) as Record<string, unknown>;
        expect(protectedHeader).toEqual(header);
        expect(epk === undefined).toBe(recipient === 'rsaKey');
        const { cardId, pan, expiry, holderName } = await openReveal({ jwe: each, privateKey });
        expect({ cardId, pan, expiry, holderName }).toEqual(plaintext);
      }
    },
  );
});

interface AuditVectors {
  readonly signingKey: { readonly privatePem: string };
  readonly origin: string;
  readonly verifierKey: string;
  readonly leaves: readonly { readonly entry: string; readonly leafHash: string }[];
  readonly checkpoints: readonly {
    readonly treeSize: number;
    readonly rootHash: string;
    readonly checkpoint: string;
  }[];
  readonly inclusionProofs: readonly {
    readonly leafIndex: number;
    readonly treeSize: number;
    readonly proof: string[];
  }[];
  readonly consistencyProofs: readonly {
    readonly from: number;
    readonly to: number;
    readonly proof: string[];
  }[];
}

describe('audit.json', () => {
  const file = read('audit.json') as AuditVectors;
  const bytes = (text: string) => Buffer.from(text, 'base64');
  const leaves = file.leaves.map((leaf) => bytes(leaf.leafHash));
  const range = async (from: number, to: number) => rootOf(leaves.slice(from, to));
  const head = (treeSize: number): Head => {
    const { checkpoint = '' } = file.checkpoints.find((each) => each.treeSize === treeSize) ?? {};
    return openNote(checkpoint, file.origin, [parseVerifierKey(file.verifierKey)]);
  };

  it.each(file.leaves)('leaf $leafIndex hashes what an export has', ({ entry, leafHash: hash }) => {
    expect(leafHash(entry)).toEqual(bytes(hash));
    expect(leafEntry(rowOf(JSON.parse(entry) as ExportedLine))).toBe(entry);
  });

  it.each(file.checkpoints)('the checkpoint of $treeSize leaves is signed', ({ treeSize, rootHash }) => {
    expect(head(treeSize)).toEqual({ origin: file.origin, size: treeSize, root: bytes(rootHash) });
    expect(rootOf(leaves.slice(0, treeSize))).toEqual(bytes(rootHash));
  });

  it('has the verifier key of its signing key', () => {
    const key = verifierKey(file.origin, createPublicKey(file.signingKey.privatePem));
    expect(formatVerifierKey(key)).toBe(file.verifierKey);
  });

  it.each(file.inclusionProofs)('leaf $leafIndex is in $treeSize', async ({ leafIndex, treeSize, proof }) => {
    const [leaf = Buffer.alloc(0)] = leaves.slice(leafIndex);
    const claim = { leafHash: leaf, index: leafIndex, size: treeSize, proof: proof.map(bytes) };
    expect(rootOfInclusion(claim)).toEqual(head(treeSize).root);
    expect(await inclusionProof(range, leafIndex, treeSize)).toEqual(proof.map(bytes));
  });

  it.each(file.consistencyProofs)('$to continues $from', async ({ from, to, proof }) => {
    expect(isConsistent(head(from), head(to), proof.map(bytes))).toBe(true);
    expect(await consistencyProof(range, from, to)).toEqual(proof.map(bytes));
  });
});

/** `details` is an object; it is only written anew. */
type ExportedLine = Readonly<Record<string, string | number>>;

/** As the database holds an exported line. */
function rowOf(line: ExportedLine): AuditRow {
  const text = (name: string) => (line[name] === undefined ? null : String(line[name]));
  return {
    audit_id: String(line['auditId']),
    occurred_at: String(line['occurredAt']),
    tenant_id: String(line['tenantId']),
    client_id: String(line['clientId']),
    subject: String(line['subject']),
    source_address: text('sourceAddress'),
    request_id: String(line['requestId']),
    action: String(line['action']),
    phase: String(line['phase']),
    result: text('result'),
    card_id: text('cardId'),
    masked_pan: text('maskedPan'),
    event_no: text('eventNo'),
    evaluation_id: text('evaluationId'),
    details: JSON.stringify(line['details']),
  };
}
