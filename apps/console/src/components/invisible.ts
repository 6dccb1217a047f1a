/** A piece of a text: what is read as it is, or one character that nobody sees. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'invisible'; readonly code: string; readonly name: string };

/** Controls, formats (bidi, zero-width), separators, what is not assigned or half of a pair. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}]/u;
const SPACE = /\p{Zs}/u;

/** Letters and signs that are drawn as nothing: joiners, fillers, variation selectors. First and last of each range. */
const DRAWN_AS_NOTHING: readonly (readonly [first: number, last: number])[] = [
  [0x034f, 0x034f],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x2800, 0x2800],
  [0x3164, 0x3164],
  [0xfe00, 0xfe0f],
  [0xffa0, 0xffa0],
  [0xe0100, 0xe01ef],
];

/** Names (Unicode) of those that are used to deceive. */
const NAMES: Readonly<Record<string, string>> = {
  'U+0000': 'null',
  'U+0009': 'tab',
  'U+000A': 'line feed',
  'U+000D': 'carriage return',
  'U+001B': 'escape',
  'U+00A0': 'no-break space',
  'U+00AD': 'soft hyphen',
  'U+061C': 'Arabic letter mark',
  'U+200B': 'zero width space',
  'U+200C': 'zero width non-joiner',
  'U+200D': 'zero width joiner',
  'U+200E': 'left-to-right mark',
  'U+200F': 'right-to-left mark',
  'U+2028': 'line separator',
  'U+2029': 'paragraph separator',
  'U+202A': 'left-to-right embedding',
  'U+202B': 'right-to-left embedding',
  'U+202C': 'pop directional formatting',
  'U+202D': 'left-to-right override',
  'U+202E': 'right-to-left override',
  'U+2060': 'word joiner',
  'U+2066': 'left-to-right isolate',
  'U+2067': 'right-to-left isolate',
  'U+2068': 'first strong isolate',
  'U+2069': 'pop directional isolate',
  'U+FEFF': 'zero width no-break space',
};

/** A text of somebody else, cut where a character is that nobody would see. */
export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let seen = '';
  const endText = () => {
    if (seen !== '') pieces.push({ kind: 'text', text: seen });
    seen = '';
  };
  for (const character of text) {
    if (!isInvisible(character)) {
      seen += character;
      continue;
    }
    endText();
    const code = codeOf(character);
    pieces.push({ kind: 'invisible', code, name: NAMES[code] ?? 'invisible character' });
  }
  endText();
  return pieces;
}

/** The same for places that take text alone, such as a document's title. */
export function plainText(text: string): string {
  return piecesOf(text)
    .map((piece) => (piece.kind === 'text' ? piece.text : `[${piece.code}]`))
    .join('');
}

/** Spaces that are no U+0020 are told as well: they are no word's end for whoever compares. */
function isInvisible(character: string): boolean {
  if (character === ' ') return false;
  if (INVISIBLE.test(character) || SPACE.test(character)) return true;
  const point = character.codePointAt(0) ?? 0;
  return DRAWN_AS_NOTHING.some(([first, last]) => point >= first && point <= last);
}

function codeOf(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  return `U+${point.toString(16).toUpperCase().padStart(4, '0')}`;
}
