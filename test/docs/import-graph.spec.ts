import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PROJECT_ROOT } from '../support/project-root.js';
import { importGraphPage, readImports } from './import-graph.js';

it('docs/import-graph.md shows who imports whom', async () => {
  const imports = await readImports();
  expect(imports.get('libs/pin')).toContain('libs/hsm');
  await expect(await importGraphPage(imports)).toMatchFileSnapshot(
    join(PROJECT_ROOT, 'docs/import-graph.md'),
  );
});
