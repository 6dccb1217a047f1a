#!/usr/bin/env node
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { run } from './run.js';

// Without await at this level, which CommonJS lacks.
void run(process.argv.slice(2), {
  read: async (file) => (file === undefined ? await text(process.stdin) : await readFile(file, 'utf8')),
  out: (words) => process.stdout.write(words),
  err: (words) => process.stderr.write(words),
}).then((code) => (process.exitCode = code));
