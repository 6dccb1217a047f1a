import { join } from 'node:path';
import { expect, it } from 'vitest';
import { SERVICE_ROLE } from '#libs/database';
import { createTestDatabase } from '../rigs/postgres.js';
import { PROJECT_ROOT } from '../support/project-root.js';
import { schemaText } from './schema-text.js';

it('libs/database/schema.sql is the schema of a fresh database', async () => {
  await using database = await createTestDatabase();
  const owner = await database.open({ url: database.ownerUrl });
  const text = await schemaText(owner, SERVICE_ROLE);
  await expect(text).toMatchFileSnapshot(join(PROJECT_ROOT, 'libs/database/schema.sql'));
});
