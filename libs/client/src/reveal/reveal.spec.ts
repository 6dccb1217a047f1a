import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import { CompactEncrypt, importJWK } from 'jose';
import { describe, expect, it } from 'vitest';
import { encryptTo, recipientKey } from '../../../card-vault/src/recipient-key.js';
import { createRevealKey, openReveal, RevealError, type RevealKey, type RevealKeyOptions } from './index.js';
import { keyDerivationInput } from './content-key.js';

const CARD = {
  cardId: '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
  pan: '4000001234567899',
  expiry: '04/29',
  holderName: 'Zoë Müller',
};
const KINDS = ['P-256', 'P-384', 'RSA'] as const;

/** As the service makes it. */
async function reveal({ publicJwk }: RevealKey, card: object = CARD): Promise<string> {
  return await encryptTo(await recipientKey({ ...publicJwk }), Buffer.from(JSON.stringify(card)));
}

async function faultOf(jwe: string, { privateKey }: RevealKey): Promise<unknown> {
  return await openReveal({ jwe, privateKey }).catch((fault: unknown) => fault);
}

describe.each(KINDS)('a reveal to a key on %s', (kind) => {
  const make = async (options: RevealKeyOptions = {}) => await createRevealKey({ kind, ...options });

  it('is opened with the private key, which cannot be read out', async () => {
    const key = await make();
    expect(key.privateKey.extractable).toBe(false);
    await expect(crypto.subtle.exportKey('jwk', key.privateKey)).rejects.toThrow();
    const { cardId, pan, expiry, holderName } = await openReveal({ ...key, jwe: await reveal(key) });
    expect({ cardId, pan, expiry, holderName }).toEqual(CARD);
  });

  it('is not opened with another', async () => {
    expect(await faultOf(await reveal(await make()), await make())).toMatchObject({
      code: 'REVEAL_UNREADABLE',
    });
  });

  it.each([0, 1, 2, 3, 4])('is not opened when part %i was changed', async (index) => {
    const key = await make();
    const parts = (await reveal(key)).split('.');
    const bytes = Buffer.from(parts[index] ?? '', 'base64url');
    // In the header a letter of a name, so that it is still JSON.
    if (index === 0) bytes.write('txt!', bytes.indexOf('json'));
    else if (bytes.length > 0) bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    parts[index] = bytes.toString('base64url');
    const isDirect = kind !== 'RSA' && index === 1;
    expect((await faultOf(parts.join('.'), key)) instanceof RevealError).toBe(!isDirect);
  });

  it('is not opened with a key of another kind', async () => {
    const other = await createRevealKey({ kind: kind === 'P-256' ? 'RSA' : 'P-256' });
    expect(await faultOf(await reveal(await make()), other)).toMatchObject({ code: 'REVEAL_KEY_UNFIT' });
  });
});

describe('openReveal', () => {
  it('heeds who the parties are, where the sender says so', async () => {
    const key = await createRevealKey();
    const jwe = await new CompactEncrypt(Buffer.from(JSON.stringify(CARD)))
      .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM' })
      .setKeyManagementParameters({ apu: Buffer.from('Alice'), apv: Buffer.from('Bob') })
      .encrypt(await importJWK({ ...key.publicJwk }, 'ECDH-ES'));
    expect((await openReveal({ ...key, jwe })).pan).toBe(CARD.pan);
  });

  it('opens a card of which no more than the PAN is known', async () => {
    const key = await createRevealKey();
    const card = await openReveal({ ...key, jwe: await reveal(key, { cardId: CARD.cardId, pan: CARD.pan }) });
    expect([card.expiry, card.holderName]).toEqual([undefined, undefined]);
  });

  const header = (members: object) => Buffer.from(JSON.stringify(members)).toString('base64url');
  it.each([
    ['nothing', undefined],
    ['a part too few', 'a.b.c.d'],
    ['a header that is no JSON', `AAAA..${'A'.repeat(16)}.AAAA.${'A'.repeat(22)}`],
    ['a short tag', `${header({ alg: 'ECDH-ES', enc: 'A256GCM' })}..${'A'.repeat(16)}.AAAA.AAAA`],
    [
      'another cipher',
      `${header({ alg: 'ECDH-ES', enc: 'A128GCM' })}..${'A'.repeat(16)}.AAAA.${'A'.repeat(22)}`,
    ],
    [
      'something critical',
      `${header({ alg: 'ECDH-ES', enc: 'A256GCM', crit: ['x'] })}..${'A'.repeat(16)}.AAAA.${'A'.repeat(22)}`,
    ],
  ])('refuses %s', async (_, jwe) => {
    expect(await faultOf(jwe as string, await createRevealKey())).toMatchObject({ code: 'REVEAL_MALFORMED' });
  });

  it('refuses a point off the curve', async () => {
    const key = await createRevealKey();
    const [head = '', ...rest] = (await reveal(key)).split('.');
    const { epk, ...members } = JSON.parse(Buffer.from(head, 'base64url').toString()) as {
      epk: { x: string };
    };
    const other = header({ ...members, epk: { ...epk, y: epk.x } });
    expect(await faultOf([other, ...rest].join('.'), key)).toMatchObject({ code: 'REVEAL_UNREADABLE' });
  });

  it.each(['[]', 'null', '{"pan":1}', '{"pan":"4000001234567899"', '{"cardId":"4000001234567899"}'])(
    'refuses %s inside, and does not repeat it',
    async (text) => {
      const key = await createRevealKey();
      const jwe = await encryptTo(await recipientKey({ ...key.publicJwk }), Buffer.from(text));
      const fault = await faultOf(jwe, key);
      expect(fault).toMatchObject({ code: 'REVEAL_MALFORMED' });
      expect(inspect(fault)).not.toContain('4000001234567899');
    },
  );

  it('gives a card that does not print itself', async () => {
    const key = await createRevealKey();
    const card = await openReveal({ ...key, jwe: await reveal(key) });
    const written = [JSON.stringify({ card }), inspect({ card }), String(card), inspect({ ...card })].join();
    expect(written).toContain('[RevealedCard XXXX7899]');
    for (const secret of [CARD.pan, CARD.expiry, CARD.holderName]) expect(written).not.toContain(secret);
  });
});

it('derives the key of RFC 7518, appendix C', () => {
  const secret = Uint8Array.from(Buffer.from('nlbZHYFxNdNyg0KDv4QmnPsxbqPagGpI9tqneYz-kMQ', 'base64url'));
  const parties = { apu: new TextEncoder().encode('Alice'), apv: new TextEncoder().encode('Bob') };
  const input = keyDerivationInput({ secret, algorithm: 'A128GCM', bits: 128, ...parties });
  const key = createHash('sha256').update(input).digest().subarray(0, 16);
  expect(key.toString('base64url')).toBe('VqqN6vgjbSBcIijNcacQGg');
});
