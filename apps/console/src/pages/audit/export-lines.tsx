import { exportAddress, type FilterValues } from './filters.js';

/** Downloads of all lines that fit, not only of those that are shown. The browser keeps them; this page reads nothing. */
export function ExportLines({ values }: { readonly values: FilterValues }) {
  return (
    <div className="actions">
      <span className="muted">Download all lines that fit:</span>
      <a className="button button-plain" href={exportAddress(values, 'csv')} download>
        CSV
      </a>
      <a className="button button-plain" href={exportAddress(values, 'jsonl')} download>
        JSON lines
      </a>
      <span className="muted">The last line of a complete file says “end”.</span>
    </div>
  );
}
