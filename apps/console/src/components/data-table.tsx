import { Link, type LinkProps } from '@tanstack/react-router';
import { useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { nextRow } from './next-row.js';

export interface Column<Row> {
  readonly head: string;
  readonly cell: (row: Row) => ReactNode;
  readonly numeric?: boolean;
}

interface DataTableProps<Row> {
  /** For readers of screens; what the table lists. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  /** Where a row leads; the link is in its first cell, and the row is its target. */
  readonly linkOf?: (row: Row) => LinkProps;
}

/**
 * A list. Where its rows lead somewhere they are one stop of the tab key: arrow keys, Home and End go through them, Enter
 * opens. On narrow screens each row is a block.
 */
export function DataTable<Row>({ caption, columns, rows, keyOf, linkOf }: DataTableProps<Row>) {
  const body = useRef<HTMLTableSectionElement>(null);
  const [current, setCurrent] = useState(0);
  const onKeyDown = (event: KeyboardEvent) => {
    if (linkOf === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    const next = nextRow(event.key, Math.min(current, rows.length - 1), rows.length);
    if (next === null) return;
    event.preventDefault();
    setCurrent(next);
    body.current?.querySelectorAll<HTMLElement>('[data-row-link]')[next]?.focus();
  };
  return (
    <table className="table" role="table">
      <caption className="unseen">{caption}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map(({ head, numeric }) => (
            <th
              key={head}
              scope="col"
              role="columnheader"
              className={numeric === true ? 'numeric' : undefined}
            >
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody ref={body} role="rowgroup" onKeyDown={onKeyDown}>
        {rows.map((row, index) => (
          <tr key={keyOf(row)} role="row">
            {columns.map(({ head, cell, numeric }, place) => (
              <td
                key={head}
                role="cell"
                data-head={head}
                className={numeric === true ? 'numeric' : undefined}
              >
                <div>
                  {place === 0 && linkOf !== undefined ? (
                    <Link
                      {...linkOf(row)}
                      className="row-link"
                      data-row-link=""
                      tabIndex={index === Math.min(current, rows.length - 1) ? 0 : -1}
                      onFocus={() => setCurrent(index)}
                    >
                      {cell(row)}
                    </Link>
                  ) : (
                    cell(row)
                  )}
                </div>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
