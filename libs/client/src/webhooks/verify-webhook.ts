import { Webhook, WebhookVerificationError } from 'standardwebhooks';

/** An event as it was sent: unknown types and members are to be passed over. */
export interface WebhookEvent {
  /** e.g. pin.locked */
  readonly type: string;
  /** When it happened, RFC 3339 in UTC. */
  readonly timestamp: string;
  readonly tenant: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface ReceivedWebhook {
  /** The body exactly as it arrived, before anything parses it: text or UTF-8 bytes. */
  readonly body: string | Uint8Array;
  /** By name, in any case; of a repeated header the first value counts. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** The event is not to be believed: forged, changed on its way, or older than five minutes. */
export class WebhookRejected extends Error {
  override readonly name = 'WebhookRejected';
}

/**
 * Checks who sent an event and when (Standard Webhooks: HMAC-SHA256 over id, timestamp and body, compared in constant
 * time, at most five minutes old or early), and reads it.
 *
 * Events arrive at least once: remember `webhook-id` for a day and pass over what you have seen.
 *
 * @param secrets the endpoint's secret (whsec_…), or both during a rotation
 * @throws WebhookRejected
 */
export function verifyWebhook(
  { body, headers }: ReceivedWebhook,
  ...secrets: readonly string[]
): WebhookEvent {
  const text = typeof body === 'string' ? body : new TextDecoder('utf-8', { fatal: false }).decode(body);
  const single = Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => {
      const first = typeof value === 'string' ? value : value?.[0];
      return first === undefined ? [] : [[name, first]];
    }),
  );
  if (secrets.length === 0) throw new TypeError('verifyWebhook needs the secret of the endpoint');
  if (!secrets.some((secret) => isSignedWith(secret, text, single)))
    throw new WebhookRejected('the webhook is not signed by this secret, or not now');
  return JSON.parse(text) as WebhookEvent;
}

function isSignedWith(secret: string, body: string, headers: Record<string, string>): boolean {
  try {
    new Webhook(secret).verify(body, headers, { jsonParse: false });
    return true;
  } catch (fault) {
    if (fault instanceof WebhookVerificationError) return false;
    throw fault;
  }
}
