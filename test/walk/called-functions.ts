import { readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PROJECT_ROOT } from '../support/project-root.js';
import type { ScriptCoverage } from './inspector-client.js';

/** The first mapped token of a function is searched up to here. */
const LOOK_AHEAD = 400;

/** "SOURCE#NAME@PLACE" of every function of the project that was called, with how often. */
export type Calls = ReadonlyMap<string, number>;

/** A compiled file with the way back to its sources. */
class Compiled {
  readonly #lineStarts: readonly number[];
  readonly #map: SourceMap;

  constructor(private readonly file: string) {
    const text = readFileSync(file, 'utf8');
    this.#lineStarts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
    this.#map = new SourceMap(JSON.parse(readFileSync(`${file}.map`, 'utf8')) as SourceMapPayload);
  }

  /** Relative to the root; the source of the first token in the range that has one. */
  sourceAt(start: number, end: number): string | null {
    for (let offset = start; offset < Math.min(end, start + LOOK_AHEAD); offset += 1) {
      const line = this.lineOf(offset);
      const entry = this.#map.findEntry(line, offset - (this.#lineStarts[line] ?? 0));
      if ('originalSource' in entry && entry.generatedLine === line) {
        return relative(PROJECT_ROOT, resolve(dirname(this.file), entry.originalSource));
      }
    }
    return null;
  }

  private lineOf(offset: number): number {
    let [low, high] = [0, this.#lineStarts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low;
  }
}

const compiled = new Map<string, Compiled>();

/** Only the project's own sources; the top level of a module is no function. */
export function callsOf(scripts: readonly ScriptCoverage[]): Calls {
  const calls = new Map<string, number>();
  const own = scripts.filter(({ url }) => url.startsWith('file:') && url.includes('/dist/'));
  for (const { url, functions } of own.filter((script) => !script.url.includes('/parts/packages'))) {
    const file = fileURLToPath(url);
    const known = compiled.get(file) ?? new Compiled(file);
    compiled.set(file, known);
    for (const { functionName, ranges } of functions) {
      const { startOffset = 0, endOffset = 0, count = 0 } = ranges[0] ?? {};
      if (startOffset === 0 || count === 0) continue;
      const source = known.sourceAt(startOffset, endOffset);
      if (source === null || !/^(apps|libs)\//.test(source)) continue;
      const name = `${source}#${functionName}@${startOffset}`;
      calls.set(name, (calls.get(name) ?? 0) + count);
    }
  }
  return calls;
}
