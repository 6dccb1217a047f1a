/**
 * Letters of other scripts that look like Latin ones in common typefaces, with those Latin letters: the part of UTS 39's
 * confusables that a name of one script can consist of. Pairs of two characters, the second is what it is taken for.
 *
 * It knows Cyrillic, Greek, Armenian and the odd Latin letter, not every script.
 */
const pairs = (text: string): ReadonlyMap<string, string> =>
  new Map(text.split(' ').map((pair): [string, string] => [pair.charAt(0), pair.charAt(1)]));

/** Of small letters, and of digits among them. "l", "i" and "1" count as one, as do "o" and "0". */
export const SMALL_LOOKALIKES = pairs(
  'аa еe оo рp сc уy хx іl јj ѕs ԁd һh ԛq ԝw ӏl ѵv кk гr пn ьb ' +
    'αa βb γy ηn ιl κk νv οo ρp σo τt υu χx ' +
    'օo ոn սu հh յj զq ցg լl ' +
    'ĸk il 1l 0o',
);

/** Of capital letters and digits: a Greek nu is a v when small and an N when not. */
export const CAPITAL_LOOKALIKES = pairs(
  'АA ВB ЕE КK МM НH ОO РP СC ТT УY ХX ІI ЈJ ЅS ԚQ ԜW ӀI ѴV ' +
    'ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX ' +
    'ՍU ՕO ՏS ԼL ' +
    '1I 0O',
);
