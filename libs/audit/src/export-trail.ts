import type { DataSource } from 'typeorm';
import { linesFrom } from './persistence/sealed-lines.js';

const LINES_AT_A_TIME = 2_000;
const EXPORTED = /^\{"leaf":(0|[1-9]\d{0,14}),"event":(\{.*\})\}$/s;

/** JSON lines for a SIEM: `{"leaf":N,"event":{…}}`, where event has exactly the bytes that the leaf hashes. */
export async function* exportTrail(dataSource: DataSource, from: number): AsyncGenerator<string> {
  for (let next = from; ;) {
    const lines = await linesFrom(dataSource.manager, next, LINES_AT_A_TIME);
    for (const { leaf, entry } of lines) yield `{"leaf":${leaf},"event":${entry}}`;
    const last = lines.at(-1);
    if (last === undefined || lines.length < LINES_AT_A_TIME) return;
    next = last.leaf + 1;
  }
}

/** @throws Error when it is no line of an export */
export function parseExported(line: string): { readonly leaf: number; readonly entry: string } {
  const [, leaf, entry] = EXPORTED.exec(line) ?? [];
  if (leaf === undefined || entry === undefined)
    throw new Error('this is no line of an export of the audit trail');
  return { leaf: Number(leaf), entry };
}
