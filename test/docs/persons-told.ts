import { readFileSync } from 'node:fs';
import { tableRows } from './markdown-table.js';

const CALL = /`([^`]+)`/g;

/** Each call of the table in docs/clients.md, with how many persons it takes there. */
export function personsTold(): readonly (readonly [call: string, persons: string])[] {
  const page = readFileSync(new URL('../../docs/clients.md', import.meta.url), 'utf8');
  const [, section = ''] = page.split('## How many persons');
  const [table = ''] = section.split('\n## ');
  return tableRows(table).flatMap(([calls = '', persons = '']) =>
    [...calls.matchAll(CALL)].map(([, call = '']) => [call, persons] as const),
  );
}
