import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { faultsOf, SET_UPS } from '../../../test/client/compile.js';

const ENTRIES = [
  'index.ts',
  'reveal/index.ts',
  'webhooks/index.ts',
  'pin-pad/index.ts',
  'card-details/index.ts',
  'frame/index.ts',
  'frame/page/frame.ts',
  'check-envelope/index.ts',
];

/** Compiled as a browser would see it: no Node.js type, and so no Node.js global or module, is known. */
const BROWSER = SET_UPS['nodenext, in browsers'];

it('needs nothing that a browser does not have', () => {
  const files = ENTRIES.map((entry) => fileURLToPath(new URL(entry, import.meta.url)));
  expect(faultsOf(files, BROWSER)).toEqual([]);
});

it('would be found out if it did', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pinward-browser-'));
  try {
    const file = join(folder, 'entry.ts');
    writeFileSync(file, `import 'node:crypto'; export const bytes = Buffer.alloc(0);`);
    expect(faultsOf([file], BROWSER)).toHaveLength(2);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
