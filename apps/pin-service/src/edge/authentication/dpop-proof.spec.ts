import { describe, expect, it } from 'vitest';
import { verifyDpopProof, type ProvedRequest } from './dpop-proof.js';

/** RFC 9449, figures 2 and 13: proofs of one key, for a token request and for a call with a token. */
const HEADER =
  'eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRj' +
  'QyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19';
const AT_TOKEN_ENDPOINT =
  `${HEADER}.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuI` +
  'iwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg';
const AT_RESOURCE =
  `${HEADER}.eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90Z` +
  'WN0ZWRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNFc05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9.2oW' +
  '9RP35yRqzhrtNP86L-Ey71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA';
/** RFC 9449, figures 7 and 13. */
const THUMBPRINT = '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I';
const TOKEN = 'Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU';
const THEN = new Date(1_562_262_620_000);

const tokenRequest: ProvedRequest = {
  method: 'POST',
  urls: ['https://other.example.com/token', 'https://server.example.com/token'],
  token: null,
};
const call: ProvedRequest = {
  method: 'GET',
  urls: ['https://resource.example.org/protectedresource'],
  token: TOKEN,
};

describe('the proofs of RFC 9449', () => {
  it('are good for the requests that they are about', async () => {
    expect(await verifyDpopProof(AT_TOKEN_ENDPOINT, tokenRequest, THEN)).toEqual({
      keyThumbprint: THUMBPRINT,
      jti: '-BwC3ESc6acc2lTc',
      nonce: null,
      secondsLeft: 56,
    });
    expect(await verifyDpopProof(AT_RESOURCE, call, THEN)).toMatchObject({
      keyThumbprint: THUMBPRINT,
      jti: 'e1j3V_bKic8-LAEB',
    });
  });

  it.each<[string, string, Partial<ProvedRequest>]>([
    ['another method', AT_RESOURCE, { method: 'POST' }],
    ['a method written otherwise', AT_RESOURCE, { method: 'get' }],
    ['another path', AT_RESOURCE, { urls: ['https://resource.example.org/protectedresource/'] }],
    ['another host', AT_RESOURCE, { urls: ['https://resource.example.com/protectedresource'] }],
    ['another port', AT_RESOURCE, { urls: ['https://resource.example.org:8443/protectedresource'] }],
    ['another scheme', AT_RESOURCE, { urls: ['http://resource.example.org/protectedresource'] }],
    ['nowhere', AT_RESOURCE, { urls: [] }],
    ['another token', AT_RESOURCE, { token: `${TOKEN}x` }],
    ['a token, where it names none', AT_TOKEN_ENDPOINT, { ...tokenRequest, token: TOKEN }],
  ])('are good for no request with %s', async (_, proof, changed) => {
    expect(await verifyDpopProof(proof, { ...call, ...changed }, THEN)).toBeNull();
  });

  it('are good for a minute, and ten seconds before by a clock that is behind', async () => {
    const good = async (at: number) =>
      (await verifyDpopProof(AT_RESOURCE, call, new Date(at * 1_000))) !== null;
    const issued = 1_562_262_618;
    expect(await Promise.all([-11, -10, 0, 59, 60].map((offset) => good(issued + offset)))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
  });

  it('name their target in any spelling that means the same', async () => {
    const urls = ['HTTPS://Resource.Example.Org:443/./protectedresource'];
    expect(await verifyDpopProof(AT_RESOURCE, { ...call, urls }, THEN)).not.toBeNull();
  });
});
