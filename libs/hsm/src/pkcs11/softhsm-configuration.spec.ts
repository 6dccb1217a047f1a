import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { softHsmFault } from './softhsm-configuration.js';

const MODULE = '/usr/lib/softhsm/libsofthsm2.so';
const folder = mkdtempSync(join(tmpdir(), 'pinward-conf-'));
const file = join(folder, 'softhsm2.conf');
const tokens = join(folder, 'tokens');
const fault = () => softHsmFault(MODULE, file);
afterAll(() => rmSync(folder, { recursive: true }));

it('names what SoftHSM2 misses, one after the other', () => {
  expect(softHsmFault('/opt/vendor/libother.so', file)).toBeNull();
  expect(fault()).toBe(`SOFTHSM2_CONF: ${file} is missing or cannot be read`);
  writeFileSync(file, 'log.level = ERROR\n');
  expect(fault()).toBe(`SOFTHSM2_CONF: ${file} names no directories.tokendir`);
  writeFileSync(file, `directories.tokendir = ${tokens}\n`);
  expect(fault()).toBe(`the token directory ${tokens} of ${file} is missing`);
  mkdirSync(tokens);
  expect(fault()).toBeNull();
});
