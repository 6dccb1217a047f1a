import fc from 'fast-check';
import { readFileSync } from 'node:fs';
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
    'Հայկ Սարգսյան',
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
    ['a script whose likenesses are not known', 'आदित्य'],
    ['another', '山田太郎'],
    ['a letter out of use', 'Ϝρα'],
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

/** Letters that look alike, by script. */
type Alike = Readonly<Record<string, readonly string[]>>;
const { groups } = JSON.parse(
  readFileSync(new URL('../../../test/vectors/confusable-letters.json', import.meta.url), 'utf8'),
) as { readonly groups: readonly Alike[] };

describe('two whole names of UTS 39, each in one script', () => {
  const SCRIPTS = ['Latin', 'Cyrillic', 'Greek', 'Armenian', 'Digits'];
  const couples = SCRIPTS.flatMap((one, index) =>
    SCRIPTS.slice(index + 1).map((other) => [one, other] as const),
  );
  const written = (letters: readonly Alike[], script: string, choice: number) =>
    letters.map((alike) => (alike[script] ?? [])[choice % (alike[script]?.length ?? 1)] ?? '').join('');
  /** A name is compared once in small letters and once in capitals; other mixtures are left to the approver's eye. */
  const ofCase = (alike: Alike, keep: (letter: string) => boolean): Alike =>
    Object.fromEntries(
      Object.entries(alike)
        .map(([script, letters]) => [script, letters.filter((letter) => keep(letter))] as const)
        .filter(([, letters]) => letters.length > 0),
    );
  const isSmall = (letter: string) => letter === letter.toLowerCase();
  const isCapital = (letter: string) => letter === letter.toUpperCase();

  it.each(couples)('are one person: %s and %s', (one, other) => {
    expect.hasAssertions();
    const inBoth = (keep: (letter: string) => boolean) =>
      groups.map((alike) => ofCase(alike, keep)).filter((alike) => one in alike && other in alike);
    for (const letters of [inBoth(isSmall), inBoth(isCapital)]) {
      if (letters.length === 0) continue;
      const name = fc.array(fc.constantFrom(...letters), { minLength: 1, maxLength: 12 });
      fc.assert(
        fc.property(name, fc.nat(7), fc.nat(7), (chosen, first, second) =>
          isSame(written(chosen, one, first), written(chosen, other, second)),
        ),
        { numRuns: 2_000 },
      );
      expect(letters.length).toBeGreaterThan(0);
    }
  });
});
