/**
 * What people choose besides repeats and ladders, the most frequent first (docs/weak-pins.md has the sources). With
 * four digits: couplets, keypad paths (2580, 7410), words on a keypad (LOVE is 5683), numbers from films.
 */
const FOUR_DIGITS = [
  ...['1212', '1004', '6969', '1122', '1313', '1010', '0909', '2580', '0007', '1818', '1230', '0070'],
  ...['1000', '1231', '2468', '2323', '1123', '1233', '1357', '1221', '1324', '2112', '2121', '5150'],
  ...['1024', '1112', '1235', '7410', '2020', '2525', '1379', '5683', '0852'],
];

const FIVE_DIGITS = [
  ...['13579', '12321', '00700', '90210', '38317', '42069', '12123', '11223', '12312', '24680', '02468'],
  ...['10101', '12121', '31415', '14789', '25800'],
];

const SIX_DIGITS = [
  // Named by several sources.
  ...['123123', '121212', '112233', '123321', '159753', '789456', '696969', '131313', '123654', '101010'],
  '007007',
  '292513',
  // Paths on the keypad: its columns, rows and diagonals, there and back.
  ...['147258', '147852', '258147', '258369', '258456', '369258', '741852', '789123', '852456', '963852'],
  ...['852963', '456123', '456789', '123789', '789654', '321654', '147369', '159357', '357159', '753159'],
  ...['951753', '142536', '415263', '124578', '134679', '321456', '987456', '963741', '147147', '258258'],
  // Couplets.
  ...['010101', '020202', '141414', '151515', '181818', '202020', '212121', '232323', '242424', '252525'],
  ...['313131', '343434', '420420', '454545', '505050', '515151', '520520', '565656', '787878', '909090'],
  // Triplets and doublets.
  ...['321321', '456456', '654654', '789789', '987987', '111222', '222333', '333444', '444555', '555666'],
  ...['777888', '888999', '111000', '000111', '123000', '223344', '332211', '445566', '778899', '998877'],
  // Steps and famous numbers.
  ...['010203', '102030', '246810', '135790', '135791', '112358', '314159'],
];

/** By length. For seven digits and more we know of no frequencies beyond patterns. */
export const CHOSEN_PINS: ReadonlyMap<number, readonly string[]> = new Map([
  [4, FOUR_DIGITS],
  [5, FIVE_DIGITS],
  [6, SIX_DIGITS],
]);

const FIRST_BIRTH_YEAR = 1940;
const LAST_BIRTH_YEAR = 2012;

/** Years in which cardholders were born. */
export const BIRTH_YEARS: readonly string[] = Array.from(
  { length: LAST_BIRTH_YEAR - FIRST_BIRTH_YEAR + 1 },
  (_, index) => String(FIRST_BIRTH_YEAR + index),
);
