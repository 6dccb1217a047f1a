import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ERROR_CODES } from '#libs/errors';
import { PROBLEMS } from '../../apps/pin-service/src/edge/problems/problem-table.js';
import { NO_RATE_LIMITS } from '../support/no-rate-limits.js';
import { ServiceKit } from './service-kit.js';

/** The shape of production: each zone on a listener of its own. */
let kit: ServiceKit;
beforeAll(async () => {
  kit = await ServiceKit.open({ ...NO_RATE_LIMITS, ADMIN_PORT: '0', INTERNAL_PORT: '0' });
});
afterAll(async () => await kit[Symbol.asyncDispose]());

const get = async (url: string | URL) => await kit.service.request('GET', String(url), {});

describe('the type of a problem', () => {
  it.each([
    ['card apps', () => kit.service.baseUrl],
    ['operators', () => kit.service.urlOf('operators')],
  ])('leads to its page, at the listener of %s', async (_, listener) => {
    const asked = new URL('/v1/cards?cardRef=x', listener());
    const { body } = await get(asked);
    const { type, code, title } = body as { type: string; code: string; title: string };
    const page = await get(new URL(type, asked));
    expect(page).toMatchObject({
      status: 200,
      headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'public, max-age=300' },
    });
    expect(page.body).toContain(`<title>${code}</title>`);
    expect(page.body).toContain(title);
  });

  it('has a page for every code, which asks for nothing and runs nothing', async () => {
    for (const code of ERROR_CODES) {
      const { status, headers, body } = await get(`/problems/${code}`);
      expect([code, status]).toEqual([code, 200]);
      expect(body).toContain(`<h1>${PROBLEMS[code].status} `);
      expect(body).not.toMatch(/<script|<style|\b(?:src|href|on\w+)=|undefined|\]\(/i);
      expect(headers).toMatchObject({
        'content-security-policy': expect.stringMatching(/^default-src 'none'/),
        'x-content-type-options': 'nosniff',
      });
    }
  });

  it('is counted against the address that asks, as every other call', async () => {
    const { headers } = await get('/problems/PIN_LOCKED');
    expect(headers['ratelimit-policy']).toMatch(/^"address";/);
  });
});

describe('what is no code', () => {
  it.each([
    'NO_SUCH_CODE',
    'pin_locked',
    '__proto__',
    'constructor',
    'PIN_LOCKED/',
    '%3Cscript%3E',
    'PIN_LOCKED%00',
  ])('%s has no page, and is not repeated', async (name) => {
    const { status, body } = await get(`/problems/${name}`);
    expect({ status, body }).toEqual({
      status: 404,
      body: { type: '/problems/ROUTE_NOT_FOUND', code: 'ROUTE_NOT_FOUND', ...PROBLEMS.ROUTE_NOT_FOUND },
    });
  });

  it('nor has the list of all, and the listener of probes', async () => {
    expect(await get('/problems')).toMatchObject({ status: 404 });
    expect(await get(`${kit.service.urlOf('internal')}/problems/PIN_LOCKED`)).toMatchObject({ status: 404 });
  });
});
