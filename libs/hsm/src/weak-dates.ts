export const DATE_ORDERS = ['none', 'day-month', 'month-day', 'both'] as const;
/** How the people of a country write the day and the month of a birthday. */
export type DateOrder = (typeof DATE_ORDERS)[number];

/** February has its 29th. */
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** PINs of four digits that are a day of the year: 366 in one order, 588 in both. */
export function datePins(order: DateOrder): readonly string[] {
  const dates = DAYS.flatMap((days, month) =>
    Array.from({ length: days }, (_, day) => [twoDigits(day + 1), twoDigits(month + 1)] as const),
  );
  const dayFirst = order === 'day-month' || order === 'both' ? dates.map(([day, month]) => day + month) : [];
  const monthFirst =
    order === 'month-day' || order === 'both' ? dates.map(([day, month]) => month + day) : [];
  return [...new Set([...dayFirst, ...monthFirst])];
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}
