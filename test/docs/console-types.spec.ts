import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import openapiTypes, { astToString } from 'openapi-typescript';
import { expect, it } from 'vitest';
import { PROJECT_ROOT } from '../support/project-root.js';

it('the console’s types are those of the operators’ contract', async () => {
  const contract = await readFile(join(PROJECT_ROOT, 'docs/openapi/operators.json'), 'utf8');
  const types = astToString(await openapiTypes(contract));
  await expect(types).toMatchFileSnapshot(join(PROJECT_ROOT, 'apps/console/src/api/schema.d.ts'));
});
