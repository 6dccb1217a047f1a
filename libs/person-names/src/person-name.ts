import { CAPITAL_LOOKALIKES, SMALL_LOOKALIKES } from './lookalikes.js';

/** A name that can stand for one person. */
export interface PersonName {
  /** The shown form, in NFKC and with single blanks. */
  readonly name: string;
  /** Equal for names that look alike in small letters. Two names with one key are one person. */
  readonly smallKey: string;
  /** The same in capitals. */
  readonly capitalKey: string;
}

const LONGEST = 200;
/** UTS 39, section 3.1: invisible characters, and those that turn the reading direction. */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\p{C}\p{Zl}\p{Zp}]/u;
/** Characters besides letters in names of every script: digits, a blank, and few signs, all ASCII. */
const COMMON = /[0-9 '.@_+-]/u;
/**
 * Latin without phonetic letters, clicks, letters of medieval scribes and similar ones, whose only use in a name is to
 * look like another letter.
 */
const LATIN =
  /[A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u017f\u01a0\u01a1\u01af\u01b0\u0218-\u021b\u1e00-\u1e9b\u1e9e\u1ea0-\u1ef9]/u;

/**
 * The other scripts of lookalikes.ts, only letters in use: a letter that it does not know could imitate any person's
 * name.
 */
const CYRILLIC = /[\u0400-\u045f\u048a-\u052f]/u;
const GREEK = /[\u0386\u0388-\u038a\u038c\u038e-\u03a1\u03a3-\u03ce]/u;
const ARMENIAN = /[\u0531-\u0556\u0561-\u0586]/u;
const SCRIPTS = [LATIN, CYRILLIC, GREEK, ARMENIAN];

/**
 * Reads the name of a person, stricter than UTS 39's "highly restrictive" level: one script and some ASCII signs.
 *
 * @returns the name, or its fault in words that never repeat it
 */
export function readPersonName(text: string): PersonName | { readonly fault: string } {
  if (INVISIBLE.test(text)) return { fault: 'must not hold invisible or control characters' };
  const name = written(text);
  if (name === '' || name.length > LONGEST) return { fault: `must have 1 to ${LONGEST} characters` };
  if (INVISIBLE.test(name)) return { fault: 'must not hold invisible or control characters' };
  const letters = [...name].filter((character) => !COMMON.test(character));
  if (letters.length === 0 && !/[0-9]/.test(name)) return { fault: 'must hold a letter or a digit' };
  if (!SCRIPTS.some((script) => letters.every((letter) => /\p{L}/u.test(letter) && script.test(letter))))
    return {
      fault:
        "must be written in one script, Latin, Cyrillic, Greek or Armenian, with digits, blanks and ' . @ _ + - besides",
    };
  return { name, smallKey: smallKey(name), capitalKey: capitalKey(name) };
}

/** Typographic apostrophes and hyphens become plain ones. */
function written(text: string): string {
  const plain = text
    .replaceAll(/[\u2019\u02bc]/gu, "'")
    .normalize('NFKC')
    .replaceAll('\u2010', '-');
  return plain.trim().replaceAll(/ +/g, ' ');
}

/** Capitals first: JavaScript has no other way to fold ß, ς and the dotless i. */
function smallKey(name: string): string {
  const small = replaced(name.toUpperCase().toLowerCase(), SMALL_LOOKALIKES);
  return small.replaceAll('rn', 'm').replaceAll('vv', 'w');
}

function capitalKey(name: string): string {
  return replaced(name.toUpperCase(), CAPITAL_LOOKALIKES).replaceAll('VV', 'W');
}

/** UTS 39, section 4, skeleton: decomposed before and after. Blanks and signs do not distinguish two persons. */
function replaced(text: string, lookalikes: ReadonlyMap<string, string>): string {
  const decomposed = text
    .normalize('NFKC')
    .normalize('NFD')
    .replaceAll(/[ '.@_+-]/gu, '');
  return [...decomposed]
    .map((letter) => lookalikes.get(letter) ?? letter)
    .join('')
    .normalize('NFD');
}
