import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { KNOWN_ACTIONS } from '#libs/audit';
import { PROJECT_ROOT } from '../support/project-root.js';

it('every action that is written is one that a restore knows', () => {
  const sources = ['libs', 'apps'].flatMap((folder) =>
    readdirSync(join(PROJECT_ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !path.endsWith('.spec.ts'))
      .map((path) => readFileSync(join(PROJECT_ROOT, folder, path), 'utf8')),
  );
  const written = sources.flatMap((source) =>
    [...source.matchAll(/(?:ACTION = |action: )'([a-z]+\.[a-z-]+)'/g)].map(([, action]) => action),
  );
  expect(new Set(written).size).toBeGreaterThan(15);
  expect(written.filter((action) => action !== undefined && !KNOWN_ACTIONS.includes(action))).toEqual([]);
});
