import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from './bootstrap/paths.mjs';
import { runCommand } from './terminal/run-command.js';
import type { Kept } from './vectors/kept.js';
import { checkEnvelopePage } from './vectors/check-envelope-page.js';
import { makeVectors } from './vectors/make-vectors.js';

const HELP = `Usage: npm run vectors [-- --directory DIRECTORY]

Writes the test vectors of docs/vectors anew, and the page that checks envelopes. Keys, ciphertexts and signatures that are there and still hold are kept.

Options:
  --directory DIRECTORY  where they are (default docs/vectors)
  --help                 show this`;

await runCommand(async () => {
  const { values } = parseArgs({
    options: {
      directory: { type: 'string', default: join(ROOT, 'docs/vectors') },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(HELP);
  const { directory } = values;
  const kept = (file: string): Kept => {
    const path = join(directory, file);
    return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Kept) : undefined;
  };
  const made = await makeVectors(kept);
  mkdirSync(directory, { recursive: true });
  for (const [file, text] of made) writeFileSync(join(directory, file), text);
  writeFileSync(join(directory, 'check-envelope.html'), await checkEnvelopePage());
});
