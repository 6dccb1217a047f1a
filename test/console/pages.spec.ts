import { afterAll, beforeAll, expect, it } from 'vitest';
import { ASHA } from '../../scripts/development/openid-provider-persons.js';
import { ConsoleRig } from './console-rig.js';

let rig: ConsoleRig;
beforeAll(async () => {
  rig = await ConsoleRig.open([ASHA]);
});
afterAll(async () => await rig[Symbol.asyncDispose]());

const get = async (path: string, headers = {}) => await rig.visitor().send('GET', path, { headers });
const assetsIn = (html: unknown) =>
  [...String(html).matchAll(/(?:src|href)="(\/console\/assets\/[^"]+)"/g)].map(([, path = '']) => path);

it('every page is the same document, which loads nothing inline and nothing from elsewhere', async () => {
  const { status, headers, body } = await get('/console/');
  expect(status).toBe(200);
  expect(headers['content-type']).toBe('text/html; charset=utf-8');
  expect(headers['content-security-policy']).toBe(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; " +
      "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  );
  expect(headers['cross-origin-opener-policy']).toBe('same-origin');
  expect(headers['cache-control']).toBe('no-cache');
  expect(String(body)).not.toMatch(/<script(?![^>]* src=)[^>]*>|<style|style="|https?:/);
  for (const path of ['/console/cards?last4=1234', '/console/clients/x', '/console/signed-out'])
    expect((await get(path)).body).toBe(body);
  expect(await get('/console')).toMatchObject({ status: 302, headers: { location: '/console/' } });
});

it('every page asks for the session beside its parts, except the one that belongs to none', async () => {
  const link = async (path: string) => (await get(path)).headers['link'];
  for (const path of ['/console/', '/console/cards', '/console/nothing-here'])
    expect(await link(path)).toBe('</console/session>; rel=preload; as=fetch; crossorigin');
  for (const path of ['/console/signed-out', '/console/session']) expect(await link(path)).toBeUndefined();
});

it('parts are kept by the browser for ever, and those of another version are not there', async () => {
  const paths = assetsIn((await get('/console/')).body);
  expect(paths.length).toBeGreaterThan(1);
  for (const path of paths) {
    const { status, headers } = await get(path);
    expect([status, headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable']);
    expect(headers['content-type']).toMatch(/^text\/(javascript|css); charset=utf-8$|^image\/svg\+xml$/);
  }
  for (const path of [
    '/console/assets/index-0.js',
    '/console/assets/../../package.json',
    '/console/.pinward-built',
  ]) {
    const { status, body } = await get(path);
    expect(status === 404 || String(body).startsWith('<!doctype html>'), path).toBe(true);
    expect(String(body)).not.toContain('"dependencies"');
  }
});

it('is sent compressed to who takes that, and not again to who has it', async () => {
  const path = assetsIn((await get('/console/')).body).find((name) => name.endsWith('.js')) ?? '';
  const { headers, body } = await get(path);
  const zipped = await get(path, { 'accept-encoding': 'gzip' });
  expect(zipped.headers['content-encoding']).toBe('gzip');
  expect(Number(zipped.headers['content-length'])).toBeLessThan(Buffer.byteLength(String(body)) * 0.6);
  expect(await get(path, { 'if-none-match': String(headers.etag) })).toMatchObject({ status: 304, body: '' });
});

it('the first page takes at most 150 kB', async () => {
  const paths = ['/console/', ...assetsIn((await get('/console/')).body)];
  const sizes = await Promise.all(
    paths.map(async (path) =>
      Number((await get(path, { 'accept-encoding': 'gzip' })).headers['content-length']),
    ),
  );
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(150_000);
});
