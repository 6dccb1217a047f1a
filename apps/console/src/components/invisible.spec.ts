import { describe, expect, it } from 'vitest';
import { piecesOf, plainText } from './invisible.js';

describe('a text of somebody else', () => {
  it('stays as it is where everything in it is seen', () => {
    const text = 'Zoë O’Brien <b>{{x}}</b> 東京 مرحبا 1/2';
    expect(piecesOf(text)).toEqual([{ kind: 'text', text }]);
  });

  it('has no pieces where it is empty', () => {
    expect(piecesOf('')).toEqual([]);
  });

  it.each([
    ['\u202E', 'U+202E', 'right-to-left override'],
    ['\u200B', 'U+200B', 'zero width space'],
    ['\u0000', 'U+0000', 'null'],
    ['\n', 'U+000A', 'line feed'],
    ['\u00A0', 'U+00A0', 'no-break space'],
    ['\u3164', 'U+3164', 'invisible character'],
    ['\uFE0F', 'U+FE0F', 'invisible character'],
    ['\u{E0041}', 'U+E0041', 'invisible character'],
    ['\uD800', 'U+D800', 'invisible character'],
    ['\u0378', 'U+0378', 'invisible character'],
    ['\u2800', 'U+2800', 'invisible character'],
  ])('shows the number of %j', (character, code, name) => {
    expect(piecesOf(`a${character}b`)).toEqual([
      { kind: 'text', text: 'a' },
      { kind: 'invisible', code, name },
      { kind: 'text', text: 'b' },
    ]);
  });

  it('is told in a title as well', () => {
    expect(plainText('ada\u202Egnp.exe')).toBe('ada[U+202E]gnp.exe');
  });
});
