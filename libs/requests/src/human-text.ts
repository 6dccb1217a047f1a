/**
 * Characters that are invisible or make a text look different from what it is: controls and format characters (bidi
 * overrides, zero-width ones, tags), line and paragraph separators, ignorable ones of other categories (Hangul fillers,
 * variation selectors), surrogates, private use, unassigned ones, and the blank Braille pattern. Unicode Technical
 * Report 36, section 2, and Standard Annex 9 (bidi) describe the attacks.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** The fault of a text that holds such a character. */
export const HUMAN_TEXT_FAULT = 'must hold visible characters and spaces alone';

/**
 * Whether a person reads in this text exactly what is in it. For names, reasons and all that a person is shown or held
 * to.
 */
export function isHumanText(text: string): boolean {
  return !UNSEEN.test(text);
}
