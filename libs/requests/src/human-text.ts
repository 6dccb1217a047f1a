/**
 * What no eye sees, or what makes an eye read something else than is there: controls and format characters (bidi
 * overrides, zero-width ones, tags), line and paragraph separators, ignorable ones of other categories (Hangul fillers,
 * variation selectors), surrogates, private use, what is not assigned, and the blank Braille pattern. Unicode Technical
 * Report 36, section 2, and Standard Annex 9 (bidi) say what is done with them.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** What is told about a text that holds such a character. */
export const HUMAN_TEXT_FAULT = 'must hold visible characters and spaces alone';

/** Whether people read in this text what is in it: names, reasons, whatever a person is shown or held to. */
export function isHumanText(text: string): boolean {
  return !UNSEEN.test(text);
}
