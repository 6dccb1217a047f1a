import { describe, expect, it } from 'vitest';
import { isHumanText } from './human-text.js';

describe('text that people read', () => {
  it.each([
    '',
    'Zoë Ångström-O’Neill',
    '李小龍',
    'Ελένη',
    'محمد',
    'card 12: holder called (branch 7), ok?',
    'ñ',
    '👍',
  ])('may be %j', (text) => expect(isHumanText(text)).toBe(true));

  it.each([
    ['a line break', '\n'],
    ['NUL', '\0'],
    ['a C1 control', '\u0085'],
    ['a right-to-left override', '\u202e'],
    ['a bidi isolate', '\u2066'],
    ['a right-to-left mark', '\u200f'],
    ['a line separator', '\u2028'],
    ['a paragraph separator', '\u2029'],
    ['a zero-width space', '\u200b'],
    ['a zero-width joiner', '\u200d'],
    ['a word joiner', '\u2060'],
    ['a byte order mark', '\ufeff'],
    ['a soft hyphen', '\u00ad'],
    ['a combining grapheme joiner', '\u034f'],
    ['a Hangul filler', '\u3164'],
    ['a variation selector', '\ufe0f'],
    ['a tag', '\u{e0041}'],
    ['an interlinear annotation', '\ufff9'],
    ['half a surrogate pair', '\ud800'],
    ['private use', '\ue000'],
    ['nothing assigned', '\u0378'],
    ['a blank Braille pattern', '\u2800'],
  ])('holds no %s', (_, character) => expect(isHumanText(`Ada${character}Lovelace`)).toBe(false));
});
