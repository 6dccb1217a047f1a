import { describe, expect, it } from 'vitest';
import { parseStrictJson } from './bodies.js';

const refused = expect.objectContaining({ code: 'REQUEST_INVALID' }) as Error;
const parse = (body: string | Buffer) => parseStrictJson(Buffer.from(body));

describe('JSON bodies', () => {
  it('reads what JSON.parse reads', () => {
    expect(parse('{"a":[1,{"b":"ü"}],"c":null}')).toEqual({ a: [1, { b: 'ü' }], c: null });
  });

  it.each([
    ['malformed', '{"a":'],
    ['empty', ''],
    ['trailing data', '{} {}'],
    ['comment', '{"a":1 /* no */}'],
    ['duplicate member', '{"a":1,"a":2}'],
    ['duplicate member spelled with an escape', '{"a":1,"\\u0061":2}'],
    ['duplicate member further down', '{"x":[{"a":1,"b":{"c":1,"c":1}}]}'],
    ['prototype member', '{"__proto__":{"admin":true}}'],
    ['too deep', '['.repeat(17) + ']'.repeat(17)],
    ['byte order mark', '\ufeff{}'],
    ['U+0000 in a text', '{"a":["b\\u0000"]}'],
    ['U+0000 in a name', '{"a\\u0000":1}'],
  ])('refuses: %s', (_, body) => {
    expect(() => parse(body)).toThrow(refused);
  });

  it('lets equal names stand in different objects', () => {
    expect(parse('[{"a":1},{"a":2}]')).toEqual([{ a: 1 }, { a: 2 }]);
  });

  it('refuses invalid UTF-8', () => {
    expect(() => parse(Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d]))).toThrow(refused);
  });

  it('never quotes the body', () => {
    try {
      parse('{"pin": 48151623');
      expect.unreachable();
    } catch (error) {
      expect(JSON.stringify(error) + String((error as Error).stack)).not.toContain('48151623');
    }
  });
});
