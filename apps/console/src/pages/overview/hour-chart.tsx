import { useId, useState, type KeyboardEvent } from 'react';
import { DataTable } from '../../components/data-table.js';
import { formatNumber, formatTime } from '../../components/format.js';
import { Time } from '../../components/time.js';
import { countInWords, mostOf, nextHour, totalOf, type Point } from './hours.js';

const WIDTH = 10;
const HEIGHT = 60;

interface HourChartProps {
  readonly title: string;
  readonly points: readonly Point[];
}

/**
 * Bars by the hour. They are a slider: arrow keys or the pointer choose an hour, whose count is told below. All of them are in a
 * table as well.
 */
export function HourChart({ title, points }: HourChartProps) {
  const id = useId();
  const last = points.length - 1;
  const [asked, setAsked] = useState<number | null>(null);
  const current = asked === null ? null : Math.min(asked, last);
  const chosen = current === null ? undefined : points[current];
  const total = totalOf(points);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const next = nextHour(event.key, current ?? last, points.length);
    if (next === null) return;
    event.preventDefault();
    setAsked(next);
  };
  return (
    <figure className="chart">
      <figcaption>
        <span id={`${id}-title`}>{title}</span> <strong>{countInWords(total)}</strong>
      </figcaption>
      <div
        className="chart-bars"
        role="slider"
        tabIndex={0}
        aria-label={`${title}, by the hour`}
        aria-valuemin={0}
        aria-valuemax={last}
        aria-valuenow={current ?? last}
        aria-valuetext={valueText(points[current ?? last])}
        onKeyDown={onKeyDown}
        onFocus={() => setAsked(current ?? last)}
        onBlur={() => setAsked(null)}
        onPointerLeave={(event) => {
          if (document.activeElement !== event.currentTarget) setAsked(null);
        }}
      >
        <Bars points={points} current={current} onPoint={setAsked} />
      </div>
      <p className="chart-value">
        {chosen === undefined ? (
          <span className="muted">the most in an hour: {formatNumber(mostOf(points))}</span>
        ) : (
          <>
            <Time at={chosen.hour} style="short" />: <strong>{countInWords(chosen.count)}</strong>
          </>
        )}
      </p>
      <details>
        <summary>
          As a table<span className="unseen">: {title}</span>
        </summary>
        <DataTable
          caption={`${title}, by the hour`}
          rows={points.toReversed()}
          keyOf={({ hour }) => hour}
          columns={[
            { head: 'Hour from', cell: ({ hour }) => <Time at={hour} style="short" /> },
            { head: 'Count', numeric: true, cell: ({ count }) => countInWords(count) },
          ]}
        />
      </details>
    </figure>
  );
}

function valueText(point: Point | undefined): string {
  if (point === undefined) return '';
  return `${formatTime(Date.parse(point.hour), 'short')}: ${countInWords(point.count)}`;
}

interface BarsProps {
  readonly points: readonly Point[];
  readonly current: number | null;
  readonly onPoint: (place: number) => void;
}

/** An hour that was not counted has a mark across, which no count has. */
function Bars({ points, current, onPoint }: BarsProps) {
  const most = Math.max(1, mostOf(points));
  return (
    <svg viewBox={`0 0 ${points.length * WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      {points.map(({ hour, count }, place) => {
        const height = count === null ? 0 : Math.max(count === 0 ? 0.75 : 3, (count / most) * HEIGHT);
        const x = place * WIDTH;
        return (
          <g key={hour} className={place === current ? 'bar bar-current' : 'bar'}>
            <rect
              className="bar-ground"
              x={x}
              y={0}
              width={WIDTH}
              height={HEIGHT}
              onPointerEnter={() => onPoint(place)}
            />
            {count === null ? (
              <path className="bar-unknown" d={`M${x + 1} ${HEIGHT}L${x + WIDTH - 1} ${HEIGHT - 12}`} />
            ) : (
              <rect className="bar-count" x={x + 1} y={HEIGHT - height} width={WIDTH - 2} height={height} />
            )}
          </g>
        );
      })}
    </svg>
  );
}
