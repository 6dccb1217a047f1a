import { describe, expect, it } from 'vitest';
import file from '../../../../docs/vectors/pin-envelope.json' with { type: 'json' };
import { run } from './run.js';

const [vector] = file.vectors;
if (vector === undefined) throw new Error('no vectors');
const { envelope, pin, pinAccount, cardId } = vector;
const CARD = ['--pin-account', pinAccount, '--card-id', cardId];

async function ran(args: readonly string[], input?: unknown) {
  let [out, err] = ['', ''];
  const code = await run(args, {
    read: async (path) => {
      if (path === 'nowhere.json')
        throw Object.assign(new Error('no such file: nowhere.json'), { code: 'ENOENT' });
      return typeof input === 'string' ? input : JSON.stringify(input);
    },
    out: (text) => (out += text),
    err: (text) => (err += text),
  });
  return { code, out, err };
}

describe('pinward check-envelope', () => {
  it.each([
    ['the envelope', CARD, envelope],
    ['a request body', CARD, { encryptedPin: envelope }],
    ['an object with all of it', [], { envelope, pin, pinAccount, cardId }],
    ['a PIN as an option', [...CARD, '--pin', pin], envelope],
    ['options before what the object says', CARD, { envelope, pinAccount: '000000000000', cardId }],
  ])('takes %s', async (_, args, input) => {
    expect(await ran(['check-envelope', ...args], input)).toEqual({
      code: 0,
      out: 'The envelope is right.\n',
      err: '',
    });
  });

  it('names what is wrong, with what to do and where it comes from', async () => {
    const wrong = { ...envelope, alg: 'RSA-OAEP-256', ciphertext: `${envelope.ciphertext}==` };
    const { code, out } = await ran(['check-envelope', ...CARD], wrong);
    expect(code).toBe(1);
    expect(out).toBe(
      [
        'ALG_MISMATCH',
        '  The alg is not that of the key. It is RSA-OAEP for test-key-sha1.',
        '  Copy alg from the key, and let it decide the hash.',
        '  JOSE libraries: RSA-OAEP is SHA-1, RSA-OAEP-256 is SHA-256, and the service has no others.',
        '',
        'CIPHERTEXT_PADDED',
        '  The ciphertext ends in =.',
        '  Leave the padding out.',
        '  Java: withoutPadding(). Android: Base64.NO_PADDING. Python: rstrip(b"="). Go: RawURLEncoding, not URLEncoding.',
        '',
      ].join('\n'),
    );
  });

  it('prints the keys to encrypt with', async () => {
    const { code, out } = await ran(['check-envelope', '--keys']);
    expect({ code, keys: JSON.parse(out) as unknown }).toEqual({ code: 0, keys: { keys: file.keys } });
  });

  it('prints JSON', async () => {
    const { code, out } = await ran(['check-envelope', '--json', ...CARD, '--pin', '9999'], envelope);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ findings: [{ code: 'PIN_OTHER' }] });
  });

  it.each<[string, readonly string[], unknown, RegExp]>([
    ['no PIN account', ['--card-id', cardId], envelope, /--pin-account is missing/],
    ['no card id', ['--pin-account', pinAccount], envelope, /--card-id is missing/],
    ['a short PIN account', ['--pin-account', '1', '--card-id', cardId], envelope, /exactly 12 digits/],
    ['a PIN that is a number', [], { envelope, pin: 1234, pinAccount, cardId }, /pin must be a text/],
    ['no JSON', CARD, 'kid=1', /not a JSON object/],
    ['an unknown option', ['--key', 'x'], envelope, /--key/],
    ['two files', ['a', 'b'], envelope, /one FILE/],
    ['a file that is not there', ['nowhere.json'], envelope, /nowhere\.json/],
  ])('explains itself for %s', async (_, args, input, why) => {
    const { code, out, err } = await ran(['check-envelope', ...args], input);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(why);
    expect(err).toMatch(/Usage: pinward check-envelope/);
  });

  it('repeats no input that it does not understand', async () => {
    const { err } = await ran(['check-envelope', ...CARD], '{"pin":"4071",');
    expect(err).not.toContain('4071');
  });
});

describe('pinward', () => {
  it.each([['--help'], ['check-envelope', '--help'], ['check-envelope', '-h']])('%s %s', async (...args) => {
    const { code, out, err } = await ran(args.filter(Boolean));
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^Usage: pinward/);
  });

  it.each([[[]], [['open-envelope']]])('%j is not understood', async (args) => {
    const { code, err } = await ran(args);
    expect(code).toBe(2);
    expect(err).toMatch(/Usage: pinward COMMAND/);
  });
});
