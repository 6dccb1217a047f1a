import { isJsonObject, parseJsonBytes } from '../encoding.js';
import { subtleOf, type WebCrypto, type Subtle } from '../web-crypto.js';
import { headerOf, type HeadersLike } from './received-headers.js';
import { guideKey, guideSignatures, isSigned, standardKey, standardSignatures } from './signature.js';
import { WebhookMisused, WebhookRejected } from './webhook-errors.js';

/** An event as it was sent: unknown types and members are to be passed over. */
export interface WebhookEvent {
  /** The same whenever this event comes again: remember it for a day, and pass over what you have seen. */
  readonly id: string;
  /** e.g. pin.locked */
  readonly type: string;
  /** When it happened, RFC 3339 in UTC. */
  readonly timestamp: string;
  readonly tenant: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface ReceivedWebhook {
  /** The body exactly as it arrived, before anything parses it: text or UTF-8 bytes. */
  readonly body: string | Uint8Array | ArrayBuffer;
  readonly headers: HeadersLike;
}

export interface WebhookOptions {
  /** The endpoint's secret (whsec_…), or both during a rotation. */
  readonly secret: string | readonly string[];
  /**
   * Which of the two signatures is looked at: that of Standard Webhooks, or that of the integration guide (its header,
   * WEBHOOK_SIGNATURE_HEADER). Never both: an event that was overheard would pass as the weaker of the two.
   */
  readonly form?: 'standard' | { readonly guideHeader: string };
  /** How old or early an event may be, seconds. Default: 300; in the guide's form, which signs no time of sending, 4 days. */
  readonly toleranceSeconds?: number;
  readonly now?: () => Date;
  /** Default: the platform's. */
  readonly crypto?: WebCrypto | undefined;
}

const TOLERANCE_SECONDS = 300;
/** An event is tried for 72 hours (docs/webhooks.md). */
const GUIDE_TOLERANCE_SECONDS = 4 * 86_400;

interface Checked {
  readonly id: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Milliseconds since 1970 that are signed, where the form has them. */
  readonly sentAt?: number;
}

/**
 * Checks who sent an event and when, and reads it. Signatures are compared in constant time.
 *
 * Events arrive at least once: remember the `id` of each for a day and pass over what you have seen.
 *
 * @throws WebhookRejected for an event that is not to be believed; WebhookMisused for a receiver that cannot know
 */
export async function verifyWebhook(
  received: ReceivedWebhook,
  options: WebhookOptions,
): Promise<WebhookEvent> {
  const { form = 'standard', now = () => new Date() } = options;
  const secrets = secretsOf(options.secret);
  const subtle = subtleOf(options.crypto);
  const checked =
    form === 'standard'
      ? await checkStandard(received, secrets, subtle)
      : await checkGuide(received, { secrets, subtle, header: form.guideHeader });
  const event = eventOf(checked);
  const at = checked.sentAt ?? Date.parse(event.timestamp);
  const usual = checked.sentAt === undefined ? GUIDE_TOLERANCE_SECONDS : TOLERANCE_SECONDS;
  const { toleranceSeconds = usual } = options;
  // Written so that a date which is none is refused.
  if (!(Math.abs(now().getTime() - at) <= toleranceSeconds * 1_000))
    throw new WebhookRejected('WEBHOOK_OUT_OF_TIME');
  return event;
}

/** https://www.standardwebhooks.com: HMAC-SHA256 over id, time and body. */
async function checkStandard(
  { body, headers }: ReceivedWebhook,
  secrets: readonly string[],
  subtle: Subtle,
): Promise<Checked> {
  const bytes = bytesOf(body);
  const id = headerOf(headers, 'webhook-id') ?? '';
  const timestamp = headerOf(headers, 'webhook-timestamp') ?? '';
  const signatures = standardSignatures(headerOf(headers, 'webhook-signature') ?? '');
  if (id === '' || !/^[0-9]{1,12}$/.test(timestamp) || signatures.length === 0)
    throw new WebhookRejected('WEBHOOK_SIGNATURE_MISSING');
  const message = joined(new TextEncoder().encode(`${id}.${timestamp}.`), bytes);
  if (!(await isSigned(message, { keys: secrets.map(standardKey), signatures, subtle })))
    throw new WebhookRejected('WEBHOOK_SIGNATURE_WRONG');
  return { id, bytes, sentAt: Number(timestamp) * 1_000 };
}

/** HMAC-SHA256 over the body. The webhook-id beside it is not signed, so the event is known by its bytes. */
async function checkGuide(
  { body, headers }: ReceivedWebhook,
  { secrets, subtle, header }: { secrets: readonly string[]; subtle: Subtle; header: string },
): Promise<Checked> {
  const bytes = bytesOf(body);
  const signatures = guideSignatures(headerOf(headers, header) ?? '');
  if (signatures.length === 0) throw new WebhookRejected('WEBHOOK_SIGNATURE_MISSING');
  if (!(await isSigned(bytes, { keys: secrets.map(guideKey), signatures, subtle })))
    throw new WebhookRejected('WEBHOOK_SIGNATURE_WRONG');
  const digest = new Uint8Array(await subtle.digest('SHA-256', bytes));
  return { id: `sha256-${Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')}`, bytes };
}

function eventOf({ id, bytes }: Checked): WebhookEvent {
  let event: unknown;
  try {
    event = parseJsonBytes(bytes);
  } catch {
    // Without its cause, which may show a piece of the body.
    throw new WebhookRejected('WEBHOOK_MALFORMED');
  }
  if (!isJsonObject(event) || typeof event['type'] !== 'string' || typeof event['timestamp'] !== 'string')
    throw new WebhookRejected('WEBHOOK_MALFORMED');
  return { ...event, id } as WebhookEvent;
}

function secretsOf(secret: unknown): readonly string[] {
  const secrets: readonly unknown[] = Array.isArray(secret) ? secret : [secret];
  if (secrets.length === 0 || !secrets.every((text) => typeof text === 'string' && text !== ''))
    throw new WebhookMisused('WEBHOOK_SECRET_MISSING');
  return secrets as readonly string[];
}

/** Copied, so that what is read is what was checked. */
function bytesOf(body: unknown): Uint8Array<ArrayBuffer> {
  if (typeof body === 'string') return new TextEncoder().encode(body);
  // Not by instanceof: test runners have several Uint8Arrays.
  if (ArrayBuffer.isView(body))
    return Uint8Array.from(new Uint8Array(body.buffer, body.byteOffset, body.byteLength));
  if (body instanceof ArrayBuffer) return new Uint8Array(body.slice(0));
  throw new WebhookMisused('WEBHOOK_BODY_NOT_RAW');
}

function joined(head: Uint8Array, tail: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(head.length + tail.length);
  bytes.set(head);
  bytes.set(tail, head.length);
  return bytes;
}
