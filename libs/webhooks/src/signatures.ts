import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import type { SecretText } from '#libs/secret-text';

export interface Unsigned {
  /** The same for every attempt. */
  readonly id: string;
  readonly at: Date;
  readonly body: string;
  /** Newest first; two while a rotation's overlap lasts. */
  readonly secrets: readonly SecretText[];
  /** From 0. */
  readonly attempt: number;
  /** Name of the header that the issuer's integration guide requires. */
  readonly guideHeader: string;
}

/**
 * Standard Webhooks (webhook-id, webhook-timestamp, webhook-signature), signed with every valid secret. The guide's
 * header holds only one signature. So during an overlap the secrets take turns from attempt to attempt, and a receiver
 * with either secret accepts one of two attempts.
 */
export function signedHeaders({
  id,
  at,
  body,
  secrets,
  attempt,
  guideHeader,
}: Unsigned): Record<string, string> {
  const [newest] = secrets;
  if (newest === undefined) throw new Error('a webhook endpoint has no secret');
  const signatures = secrets.map((secret) => new Webhook(secret.reveal()).sign(id, at, body));
  const guideSecret = secrets[attempt % secrets.length] ?? newest;
  return {
    'Content-Type': 'application/json',
    'User-Agent': 'Pinward-Webhooks/1',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': signatures.join(' '),
    [guideHeader]: createHmac('sha256', guideSecret.reveal()).update(body).digest('hex'),
  };
}
