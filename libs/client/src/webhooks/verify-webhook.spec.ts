import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Webhook } from 'standardwebhooks';
import { verifyWebhook, WebhookRejected } from './verify-webhook.js';

const NOW = new Date('2026-03-01T12:00:00Z');
const secret = `whsec_${randomBytes(32).toString('base64')}`;
const body = JSON.stringify({
  type: 'pin.locked',
  timestamp: NOW.toISOString(),
  tenant: 'default',
  data: { ü: '🔑' },
});

function headersOf(by = secret, at = NOW, of = body, id = 'msg-1') {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': new Webhook(by).sign(id, at, of),
  };
}

describe('verifyWebhook', () => {
  beforeEach(() => vi.useFakeTimers({ now: NOW }));
  afterEach(() => vi.useRealTimers());

  it('returns the event of text and of bytes, whatever the case of the headers', () => {
    const event = { type: 'pin.locked', tenant: 'default', timestamp: NOW.toISOString(), data: { ü: '🔑' } };
    expect(verifyWebhook({ body, headers: headersOf() }, secret)).toEqual(event);
    const upper = Object.fromEntries(
      Object.entries(headersOf()).map(([name, value]) => [name.toUpperCase(), [value]]),
    );
    expect(verifyWebhook({ body: Buffer.from(body), headers: upper }, secret)).toEqual(event);
  });

  it('takes either secret during a rotation', () => {
    const next = `whsec_${randomBytes(32).toString('base64')}`;
    expect(verifyWebhook({ body, headers: headersOf(next) }, secret, next).type).toBe('pin.locked');
    const both = {
      ...headersOf(),
      'webhook-signature': `${headersOf(next)['webhook-signature']} ${headersOf()['webhook-signature']}`,
    };
    expect(verifyWebhook({ body, headers: both }, secret).type).toBe('pin.locked');
  });

  const stranger = `whsec_${randomBytes(32).toString('base64')}`;
  it.each([
    ['another secret', { body, headers: headersOf(stranger) }],
    ['a changed body', { body: `${body} `, headers: headersOf() }],
    ['another id', { body, headers: { ...headersOf(), 'webhook-id': 'msg-2' } }],
    ['an old one', { body, headers: headersOf(secret, new Date(NOW.getTime() - 301_000)) }],
    ['one from the future', { body, headers: headersOf(secret, new Date(NOW.getTime() + 301_000)) }],
    ['a moved timestamp', { body, headers: { ...headersOf(), 'webhook-timestamp': '1772366401' } }],
    ['a short signature', { body, headers: { ...headersOf(), 'webhook-signature': 'v1,AAAA' } }],
    [
      'another version',
      {
        body,
        headers: {
          ...headersOf(),
          'webhook-signature': headersOf()['webhook-signature'].replace('v1', 'v2'),
        },
      },
    ],
    ['no headers', { body, headers: {} }],
    ['no number as timestamp', { body, headers: { ...headersOf(), 'webhook-timestamp': 'now' } }],
  ])('rejects %s', (_, received) => {
    expect(() => verifyWebhook(received, secret)).toThrow(WebhookRejected);
  });

  it('asks for a secret', () => {
    expect(() => verifyWebhook({ body, headers: headersOf() })).toThrow(TypeError);
  });
});
