import { createHash, createHmac, randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { verifyWebhook, type HeadersLike, type ReceivedWebhook, type WebhookOptions } from './index.js';

const NOW = new Date('2026-03-01T12:00:00Z');
const now = () => NOW;
const newSecret = () => `whsec_${randomBytes(32).toString('base64')}`;
const secret = newSecret();
const event = { type: 'pin.locked', timestamp: NOW.toISOString(), tenant: 'default', data: { ü: '🔑' } };
const body = JSON.stringify(event);

function headersOf(by = secret, at = NOW, of = body, id = 'msg-1') {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': new Webhook(by).sign(id, at, of),
  };
}

const minutesLater = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);
const verify = async (received: Partial<ReceivedWebhook> = {}, options: Partial<WebhookOptions> = {}) =>
  await verifyWebhook({ body, headers: headersOf(), ...received }, { secret, now, ...options });

describe('verifyWebhook', () => {
  it.each<[string, ReceivedWebhook['body']]>([
    ['text', body],
    ['a Buffer', Buffer.from(body)],
    ['bytes amid others', new Uint8Array(Buffer.from(`#${body}#`)).subarray(1, -1)],
    ['an ArrayBuffer', Uint8Array.from(Buffer.from(body)).buffer],
  ])('reads the event of %s, and tells its id', async (_, given) => {
    expect(await verify({ body: given })).toEqual({ id: 'msg-1', ...event });
  });

  const entries = Object.entries(headersOf());
  it.each<[string, HeadersLike]>([
    ['of the web platform', new Headers(headersOf())],
    ['in capitals', Object.fromEntries(entries.map(([name, value]) => [name.toUpperCase(), value]))],
    [
      'as Node.js has repeated ones',
      Object.fromEntries(entries.map(([name, value]) => [name, [value, 'another']])),
    ],
    ['among others', { get: 'a header of this name', host: 'receiver.example', ...headersOf() }],
  ])('takes headers %s', async (_, headers) => {
    expect((await verify({ headers })).type).toBe('pin.locked');
  });

  it('takes either secret during a rotation', async () => {
    const next = newSecret();
    expect((await verify({ headers: headersOf(next) }, { secret: [secret, next] })).type).toBe('pin.locked');
    const both = `${headersOf(next)['webhook-signature']} ${headersOf()['webhook-signature']}`;
    expect((await verify({ headers: { ...headersOf(), 'webhook-signature': both } })).type).toBe(
      'pin.locked',
    );
  });

  const changed = (headers: Record<string, string | undefined>) => ({
    headers: { ...headersOf(), ...headers },
  });
  const signature = headersOf()['webhook-signature'];
  it.each<[string, string, Partial<ReceivedWebhook>]>([
    ['another secret', 'WEBHOOK_SIGNATURE_WRONG', { headers: headersOf(newSecret()) }],
    ['a changed body', 'WEBHOOK_SIGNATURE_WRONG', { body: `${body} ` }],
    ['another id', 'WEBHOOK_SIGNATURE_WRONG', changed({ 'webhook-id': 'msg-2' })],
    ['a moved time', 'WEBHOOK_SIGNATURE_WRONG', changed({ 'webhook-timestamp': '1772366401' })],
    ['a short signature', 'WEBHOOK_SIGNATURE_WRONG', changed({ 'webhook-signature': 'v1,AAAA' })],
    ['an empty signature', 'WEBHOOK_SIGNATURE_WRONG', changed({ 'webhook-signature': 'v1,' })],
    [
      'the right one behind more than anybody sends',
      'WEBHOOK_SIGNATURE_WRONG',
      changed({ 'webhook-signature': `${'v1,AAAA '.repeat(8)}${signature}` }),
    ],
    [
      'another version',
      'WEBHOOK_SIGNATURE_MISSING',
      changed({ 'webhook-signature': signature.replace('v1', 'v2') }),
    ],
    ['no base64', 'WEBHOOK_SIGNATURE_MISSING', changed({ 'webhook-signature': 'v1,%' })],
    ['no headers', 'WEBHOOK_SIGNATURE_MISSING', { headers: {} }],
    ['no id', 'WEBHOOK_SIGNATURE_MISSING', changed({ 'webhook-id': undefined })],
    ['no number as time', 'WEBHOOK_SIGNATURE_MISSING', changed({ 'webhook-timestamp': 'now' })],
    ['an old one', 'WEBHOOK_OUT_OF_TIME', { headers: headersOf(secret, minutesLater(-5.02)) }],
    ['one from the future', 'WEBHOOK_OUT_OF_TIME', { headers: headersOf(secret, minutesLater(5.02)) }],
    ['what is no JSON', 'WEBHOOK_MALFORMED', { body: 'code=1', headers: headersOf(secret, NOW, 'code=1') }],
    ['what is no event', 'WEBHOOK_MALFORMED', { body: '[]', headers: headersOf(secret, NOW, '[]') }],
  ])('rejects %s with %s', async (_, code, received) => {
    await expect(verify(received)).rejects.toMatchObject({ name: 'WebhookRejected', code });
  });

  it('has as much patience with clocks as it is told to', async () => {
    const headers = headersOf(secret, minutesLater(-4.98));
    expect((await verify({ headers })).id).toBe('msg-1');
    await expect(verify({ headers }, { toleranceSeconds: 60 })).rejects.toMatchObject({
      code: 'WEBHOOK_OUT_OF_TIME',
    });
  });

  it.each<[string, unknown, unknown]>([
    ['WEBHOOK_SECRET_MISSING', body, undefined],
    ['WEBHOOK_SECRET_MISSING', body, []],
    ['WEBHOOK_SECRET_MISSING', body, [secret, '']],
    ['WEBHOOK_SECRET_MALFORMED', body, 'whsec_!'],
    ['WEBHOOK_SECRET_MALFORMED', body, 'whsec_'],
    ['WEBHOOK_BODY_NOT_RAW', event, secret],
    ['WEBHOOK_BODY_NOT_RAW', undefined, secret],
  ])('says %s to a receiver that cannot know, and repeats no secret', async (code, of, by) => {
    const wrong = { body: of as string, headers: headersOf() };
    const fault = await verifyWebhook(wrong, { secret: by as string, now }).catch((error: unknown) => error);
    expect(fault).toMatchObject({ name: 'WebhookMisused', code });
    expect(String((fault as Error).stack)).not.toContain(secret);
  });
});

describe("verifyWebhook in the guide's form", () => {
  const form = { guideHeader: 'X-M2P-Signature' };
  const guideHeaders = (by = secret, of = body) => ({
    'x-m2p-signature': createHmac('sha256', by).update(of).digest('hex'),
  });

  it('reads the event, and knows it by its bytes', async () => {
    const digest = createHash('sha256').update(body).digest('hex');
    // The id beside it is not signed: an event that was overheard would come again under another.
    const headers = { ...guideHeaders(), 'webhook-id': 'made up' };
    expect(await verify({ headers }, { form })).toEqual({ ...event, id: `sha256-${digest}` });
  });

  it('takes either secret during a rotation', async () => {
    const next = newSecret();
    const headers = guideHeaders(next);
    expect((await verify({ headers }, { form, secret: [secret, next] })).type).toBe('pin.locked');
  });

  it.each<[string, string, Partial<ReceivedWebhook>]>([
    ['another secret', 'WEBHOOK_SIGNATURE_WRONG', { headers: guideHeaders(newSecret()) }],
    ['a changed body', 'WEBHOOK_SIGNATURE_WRONG', { body: `${body} `, headers: guideHeaders() }],
    ['a short signature', 'WEBHOOK_SIGNATURE_MISSING', { headers: { 'x-m2p-signature': 'ab' } }],
    ['the other form alone', 'WEBHOOK_SIGNATURE_MISSING', {}],
  ])('rejects %s with %s', async (_, code, received) => {
    await expect(verify(received, { form })).rejects.toMatchObject({ code });
  });

  it('rejects what happened too long ago to be sent for the first time', async () => {
    const later = (hours: number) => ({ form, now: () => minutesLater(60 * hours) });
    expect((await verify({ headers: guideHeaders() }, later(95))).type).toBe('pin.locked');
    await expect(verify({ headers: guideHeaders() }, later(97))).rejects.toMatchObject({
      code: 'WEBHOOK_OUT_OF_TIME',
    });
  });

  it('is never taken where Standard Webhooks is asked for', async () => {
    await expect(verify({ headers: guideHeaders() })).rejects.toMatchObject({
      code: 'WEBHOOK_SIGNATURE_MISSING',
    });
  });
});
