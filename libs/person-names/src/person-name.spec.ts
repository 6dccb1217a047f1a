import { describe, expect, it } from 'vitest';
import { readPersonName, type PersonName } from './index.js';

function read(text: string): PersonName {
  const found = readPersonName(text);
  if ('fault' in found) throw new Error(found.fault);
  return found;
}
const isSame = (one: string, other: string) => {
  const [a, b] = [read(one), read(other)];
  return a.smallKey === b.smallKey || a.capitalKey === b.capitalKey;
};

describe("a person's name", () => {
  it.each([
    'Ada Lovelace',
    "Siobhán O'Connor",
    'Łukasz Żółć',
    'Nguyễn Thị Bưởi',
    'Groß-Gerau',
    'Ольга Ивановна',
    'Ελένη Παπαδοπούλου',
    'محمد علي',
    'דוד לוי',
    '山田太郎',
    'やまだ',
    '김민준',
    'आदित्य शर्मा',
    'operator-1',
    'ada@example.org',
    '4711',
  ])('may be %s', (name) => {
    expect(read(name).name).toBe(name.normalize('NFKC'));
  });

  it.each([
    ['two scripts', 'Ad\u0430 Lovelace'],
    ['Greek among Latin', 'Ada L\u03bfvelace'],
    ['a zero-width space', 'Ada\u200bLovelace'],
    ['a soft hyphen', 'Ada\u00adLovelace'],
    ['a zero-width joiner', 'Ada\u200dLovelace'],
    ['a right-to-left override', '\u202eecalevoL adA'],
    ['a word joiner', 'Ada\u2060 Lovelace'],
    ['a Hangul filler', 'Ada\u3164Lovelace'],
    ['a variation selector', 'Ada\ufe0f Lovelace'],
    ['a tag', 'Ada\u{e0041} Lovelace'],
    ['a line break', 'Ada\nLovelace'],
    ['a line separator', 'Ada\u2028Lovelace'],
    ['a NUL', 'Ada\0'],
    ['a mark that nothing composes', 'Ada\u0332 Lovelace'],
    ['a phonetic letter', '\u0251da'],
    ['a click', 'Ada \u01c0ovelace'],
    ['digits of another script', 'Ada \u0661'],
    ['an emoji', 'Ada 🙂'],
    ['a private character', 'Ada \ue000'],
    ['half a surrogate', 'Ada \ud800'],
    ['nothing but signs', '- . -'],
    ['nothing', '  '],
    ['too much', 'a'.repeat(201)],
  ])('is refused with %s, in words that do not repeat it', (_, name) => {
    const refused = readPersonName(name);
    expect(refused).toEqual({ fault: expect.stringMatching(/^must /) });
    expect(JSON.stringify(refused)).not.toContain('Ada');
  });

  it.each([
    ['another case', 'ada LOVELACE'],
    ['other blanks', '  Ada \u00a0 Lovelace '],
    ['full-width letters', 'Ａｄａ Ｌｏｖｅｌａｃｅ'],
    ['a capital i for an l', 'Ada IoveIace'],
    ['a one and a zero', 'Ada L0ve1ace'],
    ['signs between', 'Ada-Lovelace.'],
    ['a composed and a decomposed letter', 'Ad\u0061 Lovelace'],
  ])('is the same with %s', (_, other) => {
    expect(isSame('Ada Lovelace', other)).toBe(true);
  });

  it.each([
    ['Cyrillic', 'CCCP', '\u0421\u0421\u0421\u0420'],
    ['small Cyrillic', 'pocca', '\u0440\u043e\u0441\u0441\u0430'],
    ['Greek capitals', 'NINA', '\u039d\u0399\u039d\u0391'],
    ['small Greek', 'vovo', '\u03bd\u03bf\u03bd\u03bf'],
    ['two letters for one', 'Emma', 'Ernrna'],
    ['the sharp s', 'Strauss', 'Strauß'],
    ['the dotless i', 'Isil', 'Işıl'.replace('ş', 's')],
    ['the typographic apostrophe', "O'Brien", 'O\u2019Brien'],
  ])('is the same as a whole name that looks like it: %s', (_, one, other) => {
    expect(isSame(one, other)).toBe(true);
  });

  it('is another with another letter or accent', () => {
    expect(isSame('Ada Lovelace', 'Ada Lovelaca')).toBe(false);
    expect(isSame('José', 'Jose')).toBe(false);
    expect(isSame('operator-1', 'operator-2')).toBe(false);
    expect(isSame('Ольга', 'Ольге')).toBe(false);
  });
});
