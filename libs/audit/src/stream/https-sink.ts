import { postOverHttps } from '#libs/outbound-https';
import type { SecretText } from '#libs/secret-text';
import type { TrailSink } from './records.js';

const TIMEOUT_MS = 10_000;
const ANSWER_BYTES = 1_024;

export interface HttpsSinkSettings {
  readonly url: string;
  /** Bearer token (RFC 6750). */
  readonly token: SecretText | undefined;
  /** Certificate authorities in addition to the system's, PEM. */
  readonly ca: string | undefined;
}

/** A collector that takes JSON lines (application/x-ndjson) and answers with 2xx once it has them. */
export class HttpsSink implements TrailSink {
  readonly kind = 'https';
  readonly name: string;

  constructor(private readonly settings: HttpsSinkSettings) {
    this.name = `https ${settings.url}`;
  }

  async reached(): Promise<null> {
    return Promise.resolve(null);
  }

  async send(records: readonly string[]): Promise<void> {
    const { url, token, ca } = this.settings;
    const { status } = await postOverHttps({
      url: new URL(url),
      headers: {
        'Content-Type': 'application/x-ndjson',
        ...(token === undefined ? {} : { Authorization: `Bearer ${token.reveal()}` }),
      },
      body: records.map((record) => `${record}\n`).join(''),
      timeoutMs: TIMEOUT_MS,
      answerBytes: ANSWER_BYTES,
      ...(ca === undefined ? {} : { ca }),
    });
    if (status < 200 || status >= 300) throw new Error(`the collector answered ${status}`);
  }
}
