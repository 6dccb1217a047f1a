import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../support/project-root.js';
import { tableRows } from './markdown-table.js';

export const COLUMNS = ['requirement', 'in short', 'how it is met', 'code', 'test'] as const;

/** One rule of a standard, with what is said of it. */
export interface ComplianceRow {
  readonly page: string;
  readonly cells: readonly string[];
}

const NOTHING = '–';
const NOT_CLAIMED = /^\*\*Not claimed, because\*\*/;
/** A reason is a sentence. */
const REASON = /^\*\*Not claimed, because\*\* \S+(?: \S+){3,}\.$/;
const DELIMITER = /^:?-+:?$/;

/** The rows below the headings of these columns; tables with other headings say something else. */
export function complianceRows(page: string, text: string): readonly ComplianceRow[] {
  return tablesIn(text)
    .filter(([head = []]) => head[0] === COLUMNS[0])
    .flatMap(([head = [], ...rows]) => {
      if (head.join() !== COLUMNS.join()) throw new Error(`${page} has other columns: ${head.join()}`);
      return rows.filter(([cell = '']) => !DELIMITER.test(cell));
    })
    .map((cells) => ({ page, cells }));
}

function tablesIn(text: string): readonly (readonly (readonly string[])[])[] {
  return (text.match(/(?:^\|.*\n?)+/gm) ?? []).map((table) => tableRows(table));
}

/** All that is wrong with one row, in words. */
export function faultsOf({ cells }: ComplianceRow): readonly string[] {
  if (cells.length !== COLUMNS.length) return [`has ${cells.length} columns`];
  const [requirement = '', short = '', how = '', code = '', test = ''] = cells;
  const empty = [requirement, short, how, code, test].some((cell) => cell === '');
  const row = `${requirement}, ${short}`;
  return [
    ...(empty ? [`${row}: a cell is empty`] : []),
    ...(NOT_CLAIMED.test(how) ? faultsUnclaimed(how, code, test) : faultsClaimed(how, code, test)).map(
      (fault) => `${row}: ${fault}`,
    ),
  ];
}

function faultsUnclaimed(how: string, code: string, test: string): readonly string[] {
  return [
    ...(REASON.test(firstSentence(how)) ? [] : ['gives no reason']),
    ...(code === NOTHING && test === NOTHING ? [] : ['claims nothing and names code or tests']),
  ];
}

function faultsClaimed(how: string, code: string, test: string): readonly string[] {
  return [
    ...(/not claimed/i.test(how) ? ['says "not claimed" in another form'] : []),
    ...faultsOfCode(code),
    ...faultsOfTests(test),
  ];
}

function firstSentence(text: string): string {
  return /^.*?\.(?= |$)/.exec(text)?.[0] ?? text;
}

const isFile = (path: string) => existsSync(join(PROJECT_ROOT, path));

function faultsOfCode(cell: string): readonly string[] {
  const paths = quoted(cell);
  const rest = cell.replaceAll(/`[^`]+`/g, '').replaceAll(/[, ]/g, '');
  return [
    ...(paths.length === 0 || rest !== '' ? [`the code is no list of files: ${cell}`] : []),
    ...paths.filter((path) => !isFile(path)).map((path) => `there is no ${path}`),
  ];
}

/** A file in backticks, with the title of a test or without; or a command. */
const TEST = /^`([^`]+)`(?:: "(.+)")?$/;
const EVIDENCE = /^npm run evidence -- (\S+)$/;

function faultsOfTests(cell: string): readonly string[] {
  return cell.split('; ').flatMap((part) => {
    const [, named = '', title] = TEST.exec(part) ?? [];
    if (named === '') return [`is no test: ${part}`];
    if (named.startsWith('npm ')) return isCommand(named) ? [] : [`there is no command ${named}`];
    if (!isFile(named)) return [`there is no ${named}`];
    return title === undefined || hasTest(named, title) ? [] : [`${named} has no test "${title}"`];
  });
}

function isCommand(command: string): boolean {
  const [, filter] = EVIDENCE.exec(command) ?? [];
  if (filter === undefined) return command === 'npm run check';
  return globSync('test/evidence/*.evidence.ts', { cwd: PROJECT_ROOT }).some((file) => file.includes(filter));
}

/** Whether the file has a test of this title, whichever quotes it is in. */
function hasTest(file: string, title: string): boolean {
  const text = readFileSync(join(PROJECT_ROOT, file), 'utf8');
  const titles = [...text.matchAll(/\(\s*(?:'((?:\\.|[^'\\])+)'|"((?:\\.|[^"\\])+)"|`([^`]+)`),/g)];
  return titles.some((found) => (found[1] ?? found[2] ?? found[3] ?? '').replaceAll('\\', '') === title);
}

function quoted(cell: string): readonly string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text);
}
