/**
 * Letters that look like letters of another script in common typefaces, paired with those. For the scripts of names
 * they are all of UTS 39's confusables (test/vectors/confusable-letters.json), and some more. The first character of
 * each pair replaces the others. Marks are those of the decomposed letter.
 */
const pairs = (text: string): ReadonlyMap<string, string> =>
  new Map(text.split(' ').map((pair): [string, string] => [pair.charAt(0), pair.slice(1)]));

/** Marks that look the same: caron and breve, cedilla and comma below. */
const MARKS = '\u030c\u0306 \u0327\u0326';

/** For small letters, and digits among them. "l", "i" and "1" count as one, as do "o" and "0". */
export const SMALL_LOOKALIKES = pairs(
  'аa еe оo рp сc уy хx іl јj ѕs ԁd һh ԛq ԝw ӏl кk гr пn ьb үy ҽe тt б6 з3 ӡ3 єε ԑε фφ өθ ' +
    'ѐe\u0300 ҫc\u0326 ҿe\u0328 ӕae ћħ ' +
    'αa βss γy ηn ιl κk νv οo ρp σo ςo τt υu χx πn ' +
    'օo ոn ռn սu հh յj զq գq ցg լl քf աw ծδ ' +
    'ĸk il 1l 0o æae ŋn ' +
    MARKS,
);

/** For capital letters and digits: a Greek nu looks like a v when small and like an N when capital. */
export const CAPITAL_LOOKALIKES = pairs(
  'АA ВB ЕE КK МM НH ОO РP СC ТT УY ХX ІI ЈJ ЅS ԚQ ԜW ӀI ҮY ԌG З3 Ӡ3 Б6 ГΓ ЛΛ ПΠ ФΦ ӨΘ ' +
    'ҪC\u0326 ӔAE ӇH\u0326 ӉH\u0326 ' +
    'ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX ' +
    'ՍU ՕO ՏS ԼL ՓΦ ' +
    '1I 0O ÆAE ' +
    MARKS,
);
