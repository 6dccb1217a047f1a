import { formatTime, formatUtc, type TimeStyle } from './format.js';

/** A moment (RFC 3339, or milliseconds) in the viewer's locale and zone; in UTC for who points at it. */
export function Time({ at, style = 'full' }: { readonly at: string | number; readonly style?: TimeStyle }) {
  const time = typeof at === 'number' ? at : Date.parse(at);
  if (Number.isNaN(time)) return <>{String(at)}</>;
  return (
    <time dateTime={new Date(time).toISOString()} title={formatUtc(time)}>
      {formatTime(time, style)}
    </time>
  );
}
