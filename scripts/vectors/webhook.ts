import { createHmac } from 'node:crypto';

const SECRET = 'whsec_cGlud2FyZCB0ZXN0IHNlY3JldCwgMzIgYnl0ZXMgISE=';
const NEXT_SECRET = 'whsec_dGhlIG5leHQgdGVzdCBzZWNyZXQsIDMyIGJ5dGVzLiE=';
const SENT_AT = '2026-11-27T12:00:00Z';
const ID = 'a7c4e0d2-6f0b-4a53-9b0e-5d4a3c1f2b10';
const GUIDE_HEADER = 'X-M2P-Signature';

/** A name beyond ASCII and a slash: what a receiver that writes JSON anew may write otherwise. */
const BODY = JSON.stringify({
  type: 'pin.locked',
  timestamp: '2026-11-27T11:59:59.000Z',
  tenant: 'default',
  data: {
    cardId: '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
    cardRef: 'Zoë/1',
    maskedPan: 'XXXX1234',
    pinStatus: 'locked',
    triesRemaining: 0,
    requestId: '7d8a1c1e-0c62-4f0e-8a54-2f1f6d1c9b77',
  },
});

interface Case {
  readonly title: string;
  /** Newest first; what the event is signed with. */
  readonly signedWith: readonly string[];
  readonly body?: string;
  readonly receivedAt?: string;
  /** Of the Standard Webhooks signature, for a receiver that has `secret`. */
  readonly isGenuine: boolean;
  /** Of the guide's, which knows no time and has room for one secret. */
  readonly isGuideSignature: boolean;
}

const CASES: readonly Case[] = [
  { title: 'as it is sent', signedWith: [SECRET], isGenuine: true, isGuideSignature: true },
  {
    title: 'during a rotation, with both secrets',
    signedWith: [NEXT_SECRET, SECRET],
    isGenuine: true,
    isGuideSignature: false,
  },
  {
    title: 'signed with another secret',
    signedWith: [NEXT_SECRET],
    isGenuine: false,
    isGuideSignature: false,
  },
  {
    title: 'its body changed',
    signedWith: [SECRET],
    body: BODY.replace(':0', ':3'),
    isGenuine: false,
    isGuideSignature: false,
  },
  {
    title: 'its body parsed and written anew, with blanks',
    signedWith: [SECRET],
    body: JSON.stringify(JSON.parse(BODY), null, 1),
    isGenuine: false,
    isGuideSignature: false,
  },
  {
    title: 'five minutes old',
    signedWith: [SECRET],
    receivedAt: '2026-11-27T12:05:00Z',
    isGenuine: true,
    isGuideSignature: true,
  },
  {
    title: 'sent again later',
    signedWith: [SECRET],
    receivedAt: '2026-11-27T12:05:01Z',
    isGenuine: false,
    isGuideSignature: true,
  },
];

/** Standard Webhooks, and the header of the issuer's integration guide (docs/webhooks.md). */
export function webhookVectors() {
  const vectors = CASES.map(({ title, signedWith, body = BODY, receivedAt = SENT_AT, ...outcome }) => {
    const timestamp = String(Date.parse(SENT_AT) / 1_000);
    const signatures = signedWith.map((secret) => `v1,${standard(secret, `${ID}.${timestamp}.${BODY}`)}`);
    const headers = {
      'webhook-id': ID,
      'webhook-timestamp': timestamp,
      'webhook-signature': signatures.join(' '),
      [GUIDE_HEADER]: createHmac('sha256', signedWith[0] ?? '')
        .update(BODY)
        .digest('hex'),
    };
    return { title, receivedAt, headers, body, ...outcome };
  });
  return {
    title: 'Webhook signatures of both forms (docs/webhooks.md)',
    warning: 'TEST SECRETS. Everybody has them.',
    secret: SECRET,
    nextSecret: NEXT_SECRET,
    sentAt: SENT_AT,
    vectors,
  };
}

/** Under the bytes that the secret stands for. */
function standard(secret: string, content: string): string {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  return createHmac('sha256', key).update(content).digest('base64');
}
