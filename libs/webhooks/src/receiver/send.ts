import { AddressRefused, postOverHttps, type PublicAddresses } from '#libs/outbound-https';

/** The outcome of an attempt, from a closed set of words: of a receiver's answer only the status is kept. */
export type Outcome =
  | { readonly kind: 'taken'; readonly word: string }
  /** 410: the receiver is gone (Standard Webhooks). */
  | { readonly kind: 'gone'; readonly word: string }
  /** `cause`: errno or code of TLS, for the log. */
  | { readonly kind: 'failed'; readonly word: string; readonly cause?: string };

export interface Receiver {
  readonly addresses: PublicAddresses;
  readonly timeoutMs: number;
  /** Certificate authorities in addition to the system's, PEM. */
  readonly ca: string | undefined;
}

export interface Message {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Read to its end and thrown away. */
const ANSWER_BYTES = 1_024;

/** One POST. It follows no redirect, and judges the address when it connects. Never rejects. */
export async function send(
  { url, headers, body }: Message,
  { addresses, timeoutMs, ca }: Receiver,
): Promise<Outcome> {
  const target = new URL(url);
  if (!addresses.allowsHost(target.hostname)) return { kind: 'failed', word: 'ADDRESS_NOT_ALLOWED' };
  try {
    const { status } = await postOverHttps({
      url: target,
      headers,
      body,
      timeoutMs,
      answerBytes: ANSWER_BYTES,
      lookup: addresses.lookup,
      ...(ca === undefined ? {} : { ca }),
    });
    const word = `HTTP ${status}`;
    if (status >= 200 && status < 300) return { kind: 'taken', word };
    return { kind: status === 410 ? 'gone' : 'failed', word };
  } catch (failure) {
    const cause = codeOf(failure);
    return { kind: 'failed', word: wordOf(failure), ...(cause === null ? {} : { cause }) };
  }
}

function wordOf(failure: unknown): string {
  if (failure instanceof AddressRefused) return 'ADDRESS_NOT_ALLOWED';
  if (!(failure instanceof Error)) return 'NO_CONNECTION';
  if (failure.name === 'TimeoutError' || failure.name === 'AbortError') return 'TIMEOUT';
  const code = codeOf(failure) ?? '';
  if (/CERT|SSL|TLS|EPROTO|ALERT|SELF_SIGNED|ALTNAME|ISSUER/.test(code)) return 'TLS_FAILED';
  if (/ENOTFOUND|EAI_AGAIN|ENODATA/.test(code)) return 'NAME_NOT_FOUND';
  return 'NO_CONNECTION';
}

function codeOf(failure: unknown): string | null {
  const code = failure instanceof Error && 'code' in failure ? failure.code : null;
  return typeof code === 'string' && /^[A-Z0-9_]{2,40}$/.test(code) ? code : null;
}
