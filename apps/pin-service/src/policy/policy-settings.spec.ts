import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DEFAULT_WEAK_PINS } from '#libs/hsm';
import type { Settings } from '../config/schema.js';
import { policySettings } from './policy-settings.js';

let folder: string;
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'weak-list-'))));
afterAll(() => rm(folder, { recursive: true }));

const asked = (given: Partial<Settings>) =>
  policySettings({ PKCS11_PROFILE: 'softhsm2', ...given } as Settings);

it('PIN_WEAK_DATES adds the days of a year to the list that holds otherwise', () => {
  const { given } = asked({ PIN_WEAK_DATES: 'day-month' });
  expect(given.weakPins).toEqual(expect.arrayContaining([...DEFAULT_WEAK_PINS, '3112', '2902']));
  expect(given.weakPins).not.toContain('0113');
});

it('PIN_WEAK_DATES adds to a list of its own as well', async () => {
  const file = join(folder, 'weak.txt');
  await writeFile(file, '# ours\n\n4711\n');
  const { given } = asked({ PIN_WEAK_LIST_FILE: file, PIN_WEAK_DATES: 'month-day' });
  expect(given.weakPins).toEqual(expect.arrayContaining(['4711', '1231']));
  expect(given.weakPins).toHaveLength(367);
});

it('what is not set is not given, and the weak list holds by default', () => {
  const { given, defaults } = asked({});
  expect(given).not.toHaveProperty('weakPins');
  expect(defaults.weakPins).toEqual([...DEFAULT_WEAK_PINS].toSorted());
});

it('a list with what is no PIN refuses the start, and does not repeat it', async () => {
  const file = join(folder, 'wrong.txt');
  await writeFile(file, '4711\n47a1\n');
  expect(() => asked({ PIN_WEAK_LIST_FILE: file })).toThrow('entry 2 is not a PIN of 4 to 12 digits');
});
