import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LINE_LIMIT_BYTES } from './card-line.js';
import { isBlank, LineSplitter, type SentLine } from './line-splitter.js';
import { readCardLine } from './read-card-line.js';

const read = (text: string) => readCardLine({ lineNo: 7, bytes: Buffer.from(text) });
const codeOf = (text: string) => {
  const line = read(text);
  return 'fault' in line ? line.fault.code : 'a card';
};

describe('a line of an upload', () => {
  it('is a card as a single registration takes it', () => {
    expect(read(' {"cardRef":"a","pan":"4111111111111111","expiry":"12/29"}\r')).toMatchObject({
      lineNo: 7,
      card: { cardRef: 'a', pinAccountSource: 'surrogate', data: { last4: '1111', holderName: null } },
    });
    expect(
      codeOf(String.raw`{"cardRef":"a","pan":"4111111111111111","holderName":"A \"quoted\" \\ name"}`),
    ).toBe('a card');
  });

  it.each([
    ['a name twice', '{"cardRef":"a","cardRef":"b"}'],
    ['a name twice, beside a member that is no text', '{"cardRef":"a","cardRef":"b","chip":true}'],
    ['a member twice that is no text', '{"cardRef":"a","chip":true,"chip":false}'],
    ['a name twice, of nothing', '{"cardRef":"a","pan":null,"pan":null}'],
    ['a name twice, once escaped', String.raw`{"cardRef":"a","card\u0052ef":"b"}`],
    ['half of a card', '{"cardRef":"a"'],
    ['two cards', '{"cardRef":"a"}{"cardRef":"b"}'],
    ['a byte order mark', '\uFEFF{"cardRef":"a"}'],
  ])('is no JSON of one meaning with %s', (_, text) => expect(codeOf(text)).toBe('LINE_NOT_JSON'));

  it('is no JSON in another encoding', () => {
    const bytes = Buffer.from('{"cardRef":"a","pan":"4111111111111111","holderName":"\u00e9"}', 'latin1');
    expect(readCardLine({ lineNo: 1, bytes })).toMatchObject({ fault: { code: 'LINE_NOT_JSON' } });
  });

  it.each(['__proto__', 'constructor', 'toString', 'cvv'])('has no member %s', (name) => {
    expect(codeOf(`{"cardRef":"a","${name}":"b"}`)).toBe('LINE_INVALID');
    expect(codeOf(`{"cardRef":"a","${name}":{}}`)).toBe('LINE_INVALID');
  });

  it.each(['null', '1', '"a"', '[]', '[1,2]', '["cardRef","a"]', '{}', '{"cardRef":1}', '{"cardRef":["a"]}'])(
    'is more than %s',
    (text) => expect(codeOf(text)).toBe('LINE_INVALID'),
  );

  it.each([
    String.raw`{"cardRef":"a\u0000"}`,
    String.raw`{"cardRef":"a","pan":"4111111111111111","holderName":"A\u0000"}`,
    String.raw`{"cardRef":"a","b\u0000":"c"}`,
  ])('holds no U+0000: %s', (text) => {
    expect(read(text)).toMatchObject({ fault: { code: 'LINE_INVALID' } });
    expect(JSON.stringify(read(text))).not.toContain(String.raw`\u0000`);
  });

  it('tells its reference where another member is at fault, but none that could be a card number', () => {
    expect(read('{"cardRef":"a","pan":"1"}')).toMatchObject({ cardRef: 'a', fault: { pointer: '/pan' } });
    expect(read('{"cardRef":"4111111111111111"}')).toMatchObject({
      cardRef: null,
      fault: { pointer: '/cardRef' },
    });
    expect(read('{"cardRef":"4111111111111111","pan":"1"}')).toMatchObject({ cardRef: null });
  });
});

/** The lines of a text that comes in chunks of these sizes. */
function split(text: Buffer, sizes: readonly number[]): readonly SentLine[] {
  const splitter = new LineSplitter();
  const lines: SentLine[] = [];
  let at = 0;
  for (const size of [...sizes, text.length]) {
    lines.push(...splitter.take(text.subarray(at, at + size)));
    at += size;
  }
  return [...lines, ...splitter.end()];
}

describe('lines', () => {
  it('are the same however they are cut', () => {
    const line = fc.oneof(
      fc.string(),
      fc.constant(''),
      fc
        .integer({ min: LINE_LIMIT_BYTES - 2, max: LINE_LIMIT_BYTES + 2 })
        .map((length) => 'x'.repeat(length)),
    );
    fc.assert(
      fc.property(fc.array(line), fc.boolean(), fc.array(fc.nat(5_000)), (texts, ends, sizes) => {
        const bytes = texts.map((text) => Buffer.from(text.replaceAll('\n', ' ')));
        const whole = Buffer.concat(
          bytes.flatMap((each, index) => (index === 0 ? [each] : [Buffer.from('\n'), each])),
        );
        const sent = split(ends ? Buffer.concat([whole, Buffer.from('\n')]) : whole, sizes);
        const last = bytes.at(-1);
        const expected =
          ends && bytes.length > 0
            ? bytes
            : last === undefined || last.length === 0
              ? bytes.slice(0, -1)
              : bytes;
        const all = bytes.length === 0 && ends ? [Buffer.alloc(0)] : expected;
        expect(sent).toEqual(
          all.map((each, index) => ({
            lineNo: index + 1,
            bytes: each.length > LINE_LIMIT_BYTES ? null : each,
          })),
        );
      }),
    );
  });

  it('that are too long are told once, before they end, and nothing of them is kept', () => {
    const splitter = new LineSplitter();
    const piece = Buffer.alloc(LINE_LIMIT_BYTES, 'x');
    expect([...splitter.take(piece)]).toEqual([]);
    expect([...splitter.take(piece)]).toEqual([{ lineNo: 1, bytes: null }]);
    expect([...splitter.take(piece)]).toEqual([]);
    expect([...splitter.take(Buffer.from('\na'))]).toEqual([]);
    expect([...splitter.end()]).toEqual([{ lineNo: 2, bytes: Buffer.from('a') }]);
  });

  it('of white space are blank', () => {
    for (const [text, blank] of [
      ['', true],
      [' \t\r', true],
      [' a', false],
      ['\u00a0', false],
    ] as const)
      expect(isBlank({ lineNo: 1, bytes: Buffer.from(text) })).toBe(blank);
    expect(isBlank({ lineNo: 1, bytes: null })).toBe(false);
  });
});
