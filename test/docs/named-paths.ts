import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../support/project-root.js';

/** A path of the repository, or a pattern of paths. */
const PATH =
  /^(apps|bench|docs|libs|scripts|softhsm|test)\/[\w./*-]+$|^(\.dependency-cruiser\.mjs|vitest\.config\.ts|package\.json|[A-Z]+\.md)$/;
const FILTER = /npm (?:test|run test:unit|run evidence) -- ([\w.][\w./-]*)/g;

/** Paths in backticks that lead nowhere. */
export function brokenPaths(page: string): readonly string[] {
  return quoted(page)
    .filter((text) => PATH.test(text))
    .filter((path) =>
      path.includes('*')
        ? globSync(path, { cwd: PROJECT_ROOT }).length === 0
        : !existsSync(join(PROJECT_ROOT, path)),
    );
}

/** Filters of vitest that no test file has in its path. */
export function idleFilters(page: string): readonly string[] {
  const files = ['apps', 'libs', 'softhsm', 'test'].flatMap((folder) =>
    globSync(`${folder}/**/*.{spec,evidence}.ts`, { cwd: PROJECT_ROOT }),
  );
  return namedFilters(page).filter((filter) => !files.some((file) => file.includes(filter)));
}

export function namedFilters(page: string): readonly string[] {
  return [...page.matchAll(FILTER)].map(([, filter = '']) => filter);
}

function quoted(page: string): readonly string[] {
  return [...page.replaceAll(/^```[^]*?^```$/gm, '').matchAll(/`([^`\n]+)`/g)].map(([, text = '']) => text);
}
