export type WebhookRejectionCode =
  'WEBHOOK_SIGNATURE_MISSING' | 'WEBHOOK_SIGNATURE_WRONG' | 'WEBHOOK_OUT_OF_TIME' | 'WEBHOOK_MALFORMED';

const REJECTIONS: Readonly<Record<WebhookRejectionCode, string>> = {
  WEBHOOK_SIGNATURE_MISSING: 'the headers that sign a webhook are missing or malformed',
  WEBHOOK_SIGNATURE_WRONG:
    'not signed by this secret: another secret, or the body is not the bytes that arrived (was it parsed and written anew?)',
  WEBHOOK_OUT_OF_TIME: 'too old or too early: sent again by another party, or the clock here is wrong',
  WEBHOOK_MALFORMED: 'signed, but not an event',
};

/** The event is not to be believed. Answer 401. */
export class WebhookRejected extends Error {
  override readonly name = 'WebhookRejected';

  constructor(readonly code: WebhookRejectionCode) {
    super(REJECTIONS[code]);
  }
}

export type WebhookMisuseCode =
  'WEBHOOK_BODY_NOT_RAW' | 'WEBHOOK_SECRET_MISSING' | 'WEBHOOK_SECRET_MALFORMED';

const MISUSES: Readonly<Record<WebhookMisuseCode, string>> = {
  WEBHOOK_BODY_NOT_RAW:
    'the body is not text or bytes: keep the framework from parsing it, and pass it as it arrived (docs/webhooks.md)',
  WEBHOOK_SECRET_MISSING: 'no secret: pass the text (whsec_…) that was shown when the endpoint was made',
  WEBHOOK_SECRET_MALFORMED: 'not a secret of an endpoint: whsec_ and base64',
};

/** The receiver is wrong, not the event. Answer 500, so that the event comes again. It names no secret. */
export class WebhookMisused extends TypeError {
  override readonly name = 'WebhookMisused';

  constructor(readonly code: WebhookMisuseCode) {
    super(MISUSES[code]);
  }
}
