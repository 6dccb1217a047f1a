/** Dates and numbers as the viewer's locale writes them. Intl's objects are costly, so each is made once. */
const cache = new Map<string, Intl.DateTimeFormat>();

export type TimeStyle = 'full' | 'short' | 'clock' | 'time';

const STYLES: Readonly<Record<TimeStyle, Intl.DateTimeFormatOptions>> = {
  full: { dateStyle: 'medium', timeStyle: 'medium' },
  short: { dateStyle: 'medium', timeStyle: 'short' },
  clock: { timeStyle: 'short' },
  time: { timeStyle: 'medium' },
};

/** @param locale the browser's unless given, as is the zone */
export function formatTime(
  time: number,
  style: TimeStyle = 'full',
  locale?: string,
  timeZone?: string,
): string {
  const key = `${style} ${locale} ${timeZone}`;
  const format =
    cache.get(key) ??
    new Intl.DateTimeFormat(locale, { ...STYLES[style], ...(timeZone ? { timeZone } : {}) });
  cache.set(key, format);
  return format.format(time);
}

/** `2026-11-29 23:03:11 UTC`; whoever compares with a log needs this one. */
export function formatUtc(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

const numbers = new Intl.NumberFormat();

export function formatNumber(value: number): string {
  return numbers.format(value);
}

/** `59 s`, `4 min`, `3 h`, `2 d`: the largest unit that is full. */
export function formatSpan(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** `client-rotate-secret` as words: `client rotate secret`. For closed sets that have no words of their own. */
export function inWords(name: string): string {
  return name.replaceAll(/[-_]/g, ' ');
}
