// @ts-check
// How many source files a validate goes through, as docs/reading.md lists them; test/walk holds the list to what runs.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './paths.mjs';

/** The section from the use case to the token and back. */
const DOMAIN = 'From the use case to the token and back';
const SECTIONS = ['From the connection to the use case', DOMAIN, 'The answer goes out'];

/**
 * The limits of the walk: `most` is its present length (lower it when the walk gets shorter), `goal` the aim. Each file
 * is one more to read for those who check the promise.
 */
const LIMITS = { whole: { most: 55, goal: 55 }, domain: { most: 30, goal: 30 } };

/**
 * @param {string} [page] docs/reading.md
 * @returns {{ whole: string[], domain: string[] }} source files in the order of the page
 */
export function walkOf(page = readFileSync(join(ROOT, 'docs/reading.md'), 'utf8')) {
  const filesOf = (/** @type {string} */ section) => {
    const [, text = ''] = page.split(`### ${section}\n`);
    const [table = ''] = text.split(/^#/m);
    return [...table.matchAll(/^\| `([^`]+\.ts)`/gm)].map(([, file = '']) => file);
  };
  return { whole: SECTIONS.flatMap(filesOf), domain: filesOf(DOMAIN) };
}

/**
 * @param {{ whole: readonly string[], domain: readonly string[] }} [walk]
 * @param {{ whole: { most: number, goal: number }, domain: { most: number, goal: number } }} [limits]
 * @returns {{ line: string, fault: string | null }}
 */
export function judgeWalk(walk = walkOf(), limits = LIMITS) {
  const [whole, domain] = [walk.whole.length, walk.domain.length];
  const line =
    `a validate goes through ${whole} source files (goal ${limits.whole.goal}), ` +
    `${domain} of them from the use case to the token and back (goal ${limits.domain.goal})`;
  const { most } = limits.whole;
  if (whole === most && domain === limits.domain.most) return { line, fault: null };
  if (whole > most || domain > limits.domain.most)
    return {
      line,
      fault: `more than the ${most} and ${limits.domain.most} there may be (scripts/bootstrap/walk.mjs)`,
    };
  return {
    line,
    fault: `fewer than before: lower ${most} and ${limits.domain.most} in scripts/bootstrap/walk.mjs`,
  };
}
