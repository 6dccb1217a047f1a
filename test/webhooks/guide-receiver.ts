import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * The receiver of the card issuer's integration guide, with its faults: it writes the parsed payload anew, throws on
 * signatures of another length, and knows no time. It must accept every event as it is.
 */
export function guideReceiverAccepts(payload: unknown, signature: string, secret: string): boolean {
  const expected = createHmac('sha256', secret).update(JSON.stringify(payload)).digest('hex');
  return timingSafeEqual(Buffer.from(signature), Buffer.from(expected));
}
