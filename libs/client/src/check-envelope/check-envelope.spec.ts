import {
  constants,
  createCipheriv,
  createHash,
  createPrivateKey,
  publicEncrypt,
  randomBytes,
  type RsaPrivateKey,
} from 'node:crypto';
import { describe, expect, it } from 'vitest';
import file from '../../../../docs/vectors/pin-envelope.json' with { type: 'json' };
import reveal from '../../../../docs/vectors/reveal.json' with { type: 'json' };
import { encryptPinFor, type PublishedPinKey } from '../index.js';
import { checkEnvelope, FINDINGS, publishedTestKeys, type EnvelopeFindingCode } from './index.js';

const CARD = { pinAccount: '987654321098', cardId: '3f2504e0-4f89-41d3-9a0c-0305e82c3301' };
const PIN = '4071';
const key = createPrivateKey(file.testKey.privatePem);
/** Every finding that a test has seen. */
const seen = new Set<string>();

const sha256 = (text: string | Buffer) => createHash('sha256').update(text).digest();
const binding = (cardId = CARD.cardId) => sha256(`pinward:card:${cardId}`).subarray(0, 8);
/** Clear nibbles, and what they are XORed with. */
const block = (clear: string, account = `0000${CARD.pinAccount}`) =>
  Buffer.from((BigInt(`0x${clear}`) ^ BigInt(`0x${account}`)).toString(16).padStart(16, '0'), 'hex');
const BLOCK = block('044071FFFFFFFFFF');
const field = (of: Buffer = BLOCK, bound: Buffer = binding()) => Buffer.concat([of, bound]);

interface Made {
  readonly bytes?: Buffer;
  readonly padding?: Partial<RsaPrivateKey>;
  readonly names?: object;
  readonly write?: (ciphertext: Buffer) => string;
}

function envelope({ bytes = field(), padding = {}, names = {}, write = base64url }: Made = {}) {
  const usual = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' };
  const ciphertext = publicEncrypt({ key, ...usual, ...padding }, bytes);
  return { kid: 'test-key-sha1', alg: 'RSA-OAEP', ciphertext: write(ciphertext), ...names };
}

const reversed = (bytes: Buffer) => Buffer.from(bytes.toReversed());
const base64url = (bytes: Buffer) => bytes.toString('base64url');

async function codes(given: unknown, input: object = {}): Promise<readonly EnvelopeFindingCode[]> {
  const found = await checkEnvelope({ envelope: given, ...CARD, ...input });
  for (const { code } of found) seen.add(code);
  const told = found.map(({ code }) => code);
  return told;
}

describe('an envelope that is right', () => {
  it.each(file.keys)('of encryptPin, for $kid', async (published) => {
    const made = await encryptPinFor({ pin: PIN, ...CARD, key: published as PublishedPinKey });
    expect(await codes(made, { pin: PIN })).toEqual([]);
    expect(await codes(made)).toEqual([]);
  });

  it.each(file.vectors)('of the vectors: $envelope.kid, PIN $pin', async ({ envelope: given, ...input }) => {
    expect(await codes(given, input)).toEqual([]);
    expect(await codes(given, { ...input, pin: undefined })).toEqual([]);
  });

  it('is compared with the card id in lower case, however it is given', async () => {
    expect(await codes(envelope(), { cardId: CARD.cardId.toUpperCase() })).toEqual([]);
  });

  it('is opened with the key of the file', () => {
    expect(publishedTestKeys()).toEqual(file.keys);
  });
});

/** Cuts and doubles what OAEP allows for the encryption of one block: a number as it is. */
function unpadded(number: Buffer): Made {
  const bytes = Buffer.concat([Buffer.alloc(256 - number.length), number]);
  return { bytes, padding: { padding: constants.RSA_NO_PADDING } };
}

/** OAEP by hand, since Node's gives MGF1 the hash of OAEP (RFC 8017, section 7.1.1). */
function oaep(hash: string, mgf1Hash: string, label = ''): Made {
  const digest = createHash(hash).update(label).digest();
  const message = field();
  const zeros = Buffer.alloc(256 - message.length - 2 * digest.length - 2);
  const data = Buffer.concat([digest, zeros, Buffer.of(1), message]);
  const seed = randomBytes(digest.length);
  const maskedData = xor(data, mgf1(seed, data.length, mgf1Hash));
  const maskedSeed = xor(seed, mgf1(maskedData, seed.length, mgf1Hash));
  return unpadded(Buffer.concat([maskedSeed, maskedData]));
}

function mgf1(seed: Buffer, length: number, hash: string): Buffer {
  const blocks = Array.from({ length: 16 }, (_, counter) =>
    createHash(hash)
      .update(seed)
      .update(Buffer.of(0, 0, 0, counter))
      .digest(),
  );
  return Buffer.concat(blocks).subarray(0, length);
}

const xor = (bytes: Buffer, mask: Buffer) =>
  Buffer.from(bytes.map((byte, index) => byte ^ (mask[index] ?? 0)));

/** Until it begins with a zero byte, which is lost then: one in 256 does. */
function short(): object {
  for (;;) {
    const made = envelope();
    const bytes = Buffer.from(made.ciphertext, 'base64url');
    if (bytes[0] === 0) return { ...made, ciphertext: base64url(bytes.subarray(1)) };
  }
}

/** Until its text has both characters that the alphabets differ in. */
function withBothCharacters(write: (bytes: Buffer) => string): object {
  for (;;) {
    const made = envelope({ write });
    if (/[+/]/.test(made.ciphertext)) return made;
  }
}

const sha256Names = { kid: 'test-key-sha256', alg: 'RSA-OAEP-256' };
describe('kid, alg and the text of the ciphertext', () => {
  it.each<[string, unknown, readonly EnvelopeFindingCode[]]>([
    ['no object', 'text', ['ENVELOPE_MALFORMED']],
    ['null', null, ['ENVELOPE_MALFORMED']],
    ['no alg', envelope({ names: { alg: undefined } }), ['ENVELOPE_MALFORMED']],
    ['another kid', envelope({ names: { kid: 'pin-transport-1' } }), ['KID_UNKNOWN']],
    ['the alg of the other key', envelope({ names: { alg: 'RSA-OAEP-256' } }), ['ALG_MISMATCH']],
    ['an alg in small letters', envelope({ names: { alg: 'rsa-oaep' } }), ['ALG_MISMATCH']],
    ['neither', envelope({ names: { kid: 'x', alg: 'RSA-OAEP-512' } }), ['KID_UNKNOWN', 'ALG_MISMATCH']],
    ['hexadecimal text', envelope({ write: (bytes) => bytes.toString('hex') }), ['CIPHERTEXT_HEX']],
    [
      'base64',
      withBothCharacters((bytes) => bytes.toString('base64')),
      ['CIPHERTEXT_BASE64', 'CIPHERTEXT_PADDED'],
    ],
    [
      'base64 without padding',
      withBothCharacters((bytes) => bytes.toString('base64').replace(/=+$/, '')),
      ['CIPHERTEXT_BASE64'],
    ],
    ['padded base64url', envelope({ write: (bytes) => `${base64url(bytes)}==` }), ['CIPHERTEXT_PADDED']],
    [
      'lines of 64 characters',
      envelope({ write: (bytes) => `${base64url(bytes).replaceAll(/.{64}/g, '$&\n')}\n` }),
      ['CIPHERTEXT_WHITE_SPACE'],
    ],
    [
      'latin1',
      envelope({ write: (bytes) => bytes.toString('latin1').replaceAll(/\s/g, 'x') }),
      ['CIPHERTEXT_NOT_BASE64URL'],
    ],
    [
      'stray bits',
      envelope({ write: (bytes) => base64url(bytes).replace(/.$/, 'B') }),
      ['CIPHERTEXT_NOT_BASE64URL'],
    ],
    ['nothing', envelope({ write: () => '' }), ['CIPHERTEXT_LENGTH']],
    ['384 bytes', envelope({ write: () => base64url(randomBytes(384)) }), ['CIPHERTEXT_LENGTH']],
    ['a zero byte lost', short(), ['CIPHERTEXT_LENGTH']],
    [
      'a sign byte',
      envelope({ write: (bytes) => base64url(Buffer.concat([Buffer.of(0), bytes])) }),
      ['CIPHERTEXT_LENGTH'],
    ],
    ['zeros', envelope({ write: () => base64url(Buffer.alloc(256)) }), ['CIPHERTEXT_OUT_OF_RANGE']],
    ['ones', envelope({ write: () => base64url(Buffer.alloc(256, 0xff)) }), ['CIPHERTEXT_OUT_OF_RANGE']],
    ['reversed bytes', envelope({ write: (bytes) => base64url(reversed(bytes)) }), ['CIPHERTEXT_BYTE_ORDER']],
  ])('%s', async (_, given, expected) => expect(await codes(given)).toEqual(expected));
});

describe('padding', () => {
  it.each<[string, Made, readonly EnvelopeFindingCode[]]>([
    ['PKCS#1 v1.5', { padding: { padding: constants.RSA_PKCS1_PADDING } }, ['PADDING_PKCS1']],
    ['none', unpadded(field()), ['PADDING_NONE']],
    ['SHA-256 for SHA-1', { padding: { oaepHash: 'sha256' } }, ['OAEP_HASH']],
    ['SHA-1 for SHA-256', { names: sha256Names }, ['OAEP_HASH']],
    ['SHA-512', { padding: { oaepHash: 'sha512' }, names: sha256Names }, ['OAEP_HASH']],
    ['as Java has it', { ...oaep('sha256', 'sha1'), names: sha256Names }, ['MGF1_HASH']],
    ['as Java has it, for SHA-1', oaep('sha256', 'sha1'), ['OAEP_HASH', 'MGF1_HASH']],
    ['MGF1 with SHA-256', oaep('sha1', 'sha256'), ['MGF1_HASH']],
    ['OAEP by hand, which is right', oaep('sha1', 'sha1'), []],
    ['a label', { padding: { oaepLabel: Buffer.from('pinward') } }, ['OAEP_LABEL']],
    [
      'a label, and MGF1',
      { ...oaep('sha256', 'sha1', 'x'), names: sha256Names },
      ['MGF1_HASH', 'OAEP_LABEL'],
    ],
  ])('%s', async (_, made, expected) => expect(await codes(envelope(made), { pin: PIN })).toEqual(expected));
});

it('another key', async () => {
  const other = createPrivateKey(reveal.rsaKey.privatePem);
  const modulus = Buffer.from(file.keys[0]?.n ?? '', 'base64url');
  for (;;) {
    const made = envelope({ padding: { key: other } });
    // A larger number would be out of range.
    if (Buffer.from(made.ciphertext, 'base64url').compare(modulus) > 0) continue;
    expect(await codes(made)).toEqual(['NOT_FOR_TEST_KEY']);
    return;
  }
});

describe('the PIN field', () => {
  const hex = field().toString('hex');
  it.each<[string, Buffer, readonly EnvelopeFindingCode[]]>([
    ['hexadecimal text', Buffer.from(hex), ['FIELD_HEX_TEXT']],
    [
      'hexadecimal text in capitals, with a line end',
      Buffer.from(`${hex.toUpperCase()}\n`),
      ['FIELD_HEX_TEXT'],
    ],
    ['the PIN block as 16 digits', Buffer.from(BLOCK.toString('hex')), ['FIELD_HEX_TEXT', 'BINDING_MISSING']],
    ['base64 text', Buffer.from(field().toString('base64')), ['FIELD_BASE64_TEXT']],
    ['the PIN', Buffer.from(PIN), ['FIELD_PIN_ALONE']],
    ['the PIN and a line end', Buffer.from(`${PIN}\n`), ['FIELD_PIN_ALONE']],
    ['15 bytes', field().subarray(0, 15), ['FIELD_LENGTH']],
    ['17 bytes', Buffer.concat([field(), Buffer.of(10)]), ['FIELD_LENGTH']],
    ['a sign byte', Buffer.concat([Buffer.of(0), field()]), ['FIELD_LENGTH']],
    ['nothing', Buffer.alloc(0), ['FIELD_LENGTH']],
    ['the halves swapped', Buffer.concat([binding(), BLOCK]), ['FIELD_HALVES_SWAPPED']],
    ['no binding', BLOCK, ['BINDING_MISSING']],
    ['the whole digest', field(BLOCK, sha256(`pinward:card:${CARD.cardId}`)), ['BINDING_WHOLE_DIGEST']],
    ['16 digits of the binding', field(BLOCK, Buffer.from(binding().toString('hex'))), ['BINDING_HEX_TEXT']],
    [
      'the digest as 64 digits',
      field(BLOCK, Buffer.from(sha256(`pinward:card:${CARD.cardId}`).toString('hex'))),
      ['BINDING_HEX_TEXT'],
    ],
    [
      '8 digits of the binding',
      field(BLOCK, Buffer.from(binding().toString('hex').slice(0, 8))),
      ['BINDING_HEX_TEXT'],
    ],
    [
      'digits of the block, bytes of the binding',
      field(Buffer.from(BLOCK.toString('hex'))),
      ['PIN_BLOCK_ASCII'],
    ],
  ])('%s', async (_, bytes, expected) =>
    expect(await codes(envelope({ bytes }), { pin: PIN })).toEqual(expected),
  );

  it('tells how many bytes there were', async () => {
    const [found] = await checkEnvelope({ envelope: envelope({ bytes: field().subarray(0, 15) }), ...CARD });
    expect(found).toMatchObject({ code: 'FIELD_LENGTH', detail: 'It has 15 bytes.' });
  });
});

describe('the card binding', () => {
  const { cardId } = CARD;
  const uuid = Buffer.from(cardId.replaceAll('-', ''), 'hex');
  const prefixed = (rest: string | Buffer) =>
    sha256(Buffer.concat([Buffer.from('pinward:card:'), Buffer.from(rest)]));
  it.each<[string, Buffer, EnvelopeFindingCode]>([
    ['upper case', prefixed(cardId.toUpperCase()), 'BINDING_UPPER_CASE_CARD_ID'],
    ['no hyphens', prefixed(cardId.replaceAll('-', '')), 'BINDING_CARD_ID_SPELLING'],
    ['braces, upper case', prefixed(`{${cardId.toUpperCase()}}`), 'BINDING_CARD_ID_SPELLING'],
    ['a line end', prefixed(`${cardId}\n`), 'BINDING_CARD_ID_SPELLING'],
    ['16 bytes', prefixed(uuid), 'BINDING_CARD_ID_SPELLING'],
    [
      "16 bytes in .NET's order",
      prefixed(Buffer.from('e004253f894fd3419a0c0305e82c3301', 'hex')),
      'BINDING_CARD_ID_SPELLING',
    ],
    ['no prefix', sha256(cardId), 'BINDING_PREFIX'],
    ['no prefix, 16 bytes', sha256(uuid), 'BINDING_PREFIX'],
    ['half a prefix', sha256(`card:${cardId}`), 'BINDING_PREFIX'],
    ['the last bytes', prefixed(cardId).subarray(24), 'BINDING_LAST_BYTES'],
    ['SHA-1', createHash('sha1').update(`pinward:card:${cardId}`).digest(), 'BINDING_HASH'],
    ['SHA-512', createHash('sha512').update(`pinward:card:${cardId}`).digest(), 'BINDING_HASH'],
    ['another card', prefixed('00000000-0000-4000-8000-000000000000'), 'BINDING_OTHER_CARD'],
    ['zeros', Buffer.alloc(8), 'BINDING_OTHER_CARD'],
  ])('%s', async (_, digest, expected) => {
    const bytes = field(BLOCK, digest.subarray(0, 8));
    expect(await codes(envelope({ bytes }), { pin: PIN })).toEqual([expected]);
  });
});

describe('the PIN block', () => {
  const NONE = '0000000000000000';
  const account = `0000${CARD.pinAccount}`;
  it.each<[string, Buffer, readonly EnvelopeFindingCode[]]>([
    ['text, zeros behind it', Buffer.from('4071\0\0\0\0'), ['PIN_BLOCK_ASCII']],
    ['text, F behind it', Buffer.from('4071FFFF'), ['PIN_BLOCK_ASCII']],
    ['text, length before it', Buffer.from('044071FF'), ['PIN_BLOCK_ASCII']],
    ['format 1', block('144071A9B8C7D6E5', NONE), ['PIN_BLOCK_FORMAT_1']],
    ['format 2', block('244071FFFFFFFFFF', NONE), ['PIN_BLOCK_FORMAT_2']],
    ['format 3', block('344071ABCDEFABCD', account), ['PIN_BLOCK_FORMAT_3']],
    ['format 4, eight bytes of it', block('444071AAAAAAAAAA', NONE), ['PIN_BLOCK_FORMAT_4']],
    ['no PIN account', block('044071FFFFFFFFFF', NONE), ['PIN_BLOCK_NOT_XORED']],
    [
      'no PIN account, zeros for F',
      block('0440710000000000', NONE),
      ['PIN_BLOCK_NOT_XORED', 'PIN_BLOCK_FILL'],
    ],
    ['zeros for F', block('0440710000000000', account), ['PIN_BLOCK_FILL']],
    ['A for F', block('044071AAAAAAAAAA', account), ['PIN_BLOCK_FILL']],
    ['the lowest byte first', reversed(BLOCK), ['PIN_BLOCK_BYTE_ORDER']],
    ['random', Buffer.from('7f9c3bd1a2e4f586', 'hex'), ['PIN_BLOCK_UNKNOWN']],
    [
      'the account at the start',
      block('044071FFFFFFFFFF', `${CARD.pinAccount}0000`),
      ['PIN_ACCOUNT_SHIFTED'],
    ],
    [
      'the account with its check digit',
      block('044071FFFFFFFFFF', '0000876543210987'),
      ['PIN_ACCOUNT_CHECK_DIGIT'],
    ],
    ['the first digits of a PAN', block('044071FFFFFFFFFF', '0000432198765432'), ['PIN_ACCOUNT_LEFTMOST']],
    ['another account', block('044071FFFFFFFFFF', '0000111122223333'), ['PIN_ACCOUNT_OTHER']],
    ['an empty account', block('044071FFFFFFFFFF', '0000000000000000'), ['PIN_BLOCK_NOT_XORED']],
    ['another PIN', block('041234FFFFFFFFFF', account), ['PIN_OTHER']],
  ])('%s', async (title, of, expected) => {
    const made = envelope({ bytes: field(of) });
    expect(await codes(made, { pin: PIN })).toEqual(expected);
    expect(await codes(made)).toEqual(title === 'another PIN' ? [] : expected);
  });

  it('is told beside the binding', async () => {
    const bytes = field(block('244071FFFFFFFFFF', NONE), binding(CARD.cardId.toUpperCase()));
    expect(await codes(envelope({ bytes }))).toEqual(['PIN_BLOCK_FORMAT_2', 'BINDING_UPPER_CASE_CARD_ID']);
  });

  it('of format 4 is the whole field', async () => {
    const bytes = Buffer.concat([
      Buffer.from('444071AAAAAAAAAA', 'hex'),
      Buffer.from('0123456789abcdef', 'hex'),
    ]);
    expect(await codes(envelope({ bytes }))).toEqual(['PIN_BLOCK_FORMAT_4']);
  });

  it('enciphered is none that is known', async () => {
    const cipher = createCipheriv('aes-128-ecb', Buffer.alloc(16, 7), null).setAutoPadding(false);
    const bytes = Buffer.concat([cipher.update(field()), cipher.final()]);
    expect(await codes(envelope({ bytes }))).toEqual(['PIN_BLOCK_UNKNOWN', 'BINDING_OTHER_CARD']);
  });
});

describe('what is compared with', () => {
  it.each([
    [{ pin: '12' }, 'PIN_MALFORMED'],
    [{ pinAccount: '9876543210987' }, 'PIN_ACCOUNT_MALFORMED'],
    [{ cardId: 'my-first-card' }, 'CARD_ID_MALFORMED'],
  ])('is refused: %j', async (malformed, code) => {
    const input = { envelope: envelope(), ...CARD, ...malformed };
    await expect(checkEnvelope(input)).rejects.toMatchObject({ code });
  });
});

describe('the findings', () => {
  it('have all been seen', () => expect([...seen].toSorted()).toEqual(Object.keys(FINDINGS).toSorted()));

  it('are a sentence each, and a remedy', () => {
    for (const [title, remedy] of Object.values(FINDINGS)) {
      expect(title).toMatch(/^[A-Z].*\.$/);
      expect(remedy).toMatch(/^[A-Z].*\.$/);
    }
  });

  it('hold no digit of the PIN', async () => {
    const bytes = Buffer.from('4071FFFF');
    const found = await checkEnvelope({ envelope: envelope({ bytes }), pin: PIN, ...CARD });
    expect(JSON.stringify(found)).not.toContain(PIN);
  });
});
