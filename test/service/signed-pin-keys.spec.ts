import { afterAll, beforeAll, expect, it } from 'vitest';
import { compactVerify, decodeProtectedHeader, importJWK, type JWK } from 'jose';
import { encryptPin, PinKeyError, type PinKeySet } from '#libs/client';
import { ServiceKit } from './service-kit.js';

let kit: ServiceKit;
beforeAll(async () => {
  kit = await ServiceKit.open();
});
afterAll(async () => await kit[Symbol.asyncDispose]());

const pins = () =>
  kit.token.registeredKeys.flatMap(({ kind, fingerprint }) =>
    kind === 'manifest-signing' ? [fingerprint.toString('base64url')] : [],
  );
const published = async () => {
  const { status, body } = await kit.service.request('GET', '/v1/pin-keys', { token: kit.cardApp });
  expect(status).toBe(200);
  return body as PinKeySet & { readonly signed: string };
};

it('are the published keys, signed by the manifest key for a day', async () => {
  const { keys, signed } = await published();
  const { jwk, alg, kid } = decodeProtectedHeader(signed);
  expect({ alg, kid }).toEqual({ alg: 'ES256', kid: 'manifest-signing-1' });
  const { payload } = await compactVerify(signed, await importJWK(jwk as JWK, 'ES256'));
  const manifest = JSON.parse(new TextDecoder().decode(payload)) as {
    keys: unknown;
    iat: number;
    exp: number;
  };
  expect(manifest.keys).toEqual(keys);
  expect(manifest.exp - manifest.iat).toBe(86_400);
  expect(Math.abs(manifest.iat - Date.now() / 1_000)).toBeLessThan(120);
});

it('cost the HSM one signature for many answers', async () => {
  const answers = await Promise.all(Array.from({ length: 10 }, () => published()));
  expect(new Set(answers.map(({ signed }) => signed)).size).toBe(1);
});

it('are what the client library encrypts under, with the thumbprint of the ceremony as its pin', async () => {
  const keySet = await published();
  const card = await kit.register();
  const encryptedPin = await encryptPin({ pin: '482915', ...card, keySet, manifestPins: pins() });
  const set = await kit.post(`/v1/cards/${card.cardId}/pin`, { encryptedPin });
  expect(set.status).toBe(201);
  const others = encryptPin({ pin: '482915', ...card, keySet, manifestPins: ['another'] });
  await expect(others).rejects.toThrow(PinKeyError);
});
