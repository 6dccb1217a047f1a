import { chmodSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ExposedSecretFile, exposure, readSecretFile } from './secret-file.js';

const SELF = 1_000;

it.each([
  [0o600, SELF],
  [0o400, SELF],
  [0o600, 0],
  // Kubernetes with an fsGroup, and systemd's credentials.
  [0o440, 0],
  [0o640, 0],
])('takes mode %o of user %i', (mode, uid) => {
  expect(exposure({ mode: 0o100_000 | mode, uid }, SELF)).toBeNull();
});

it.each([
  [0o644, SELF, 'every user (mode 0644)'],
  [0o644, 0, 'every user (mode 0644)'],
  [0o602, SELF, 'every user'],
  [0o640, SELF, 'its group (mode 0640)'],
  [0o660, 0, 'changed by its group'],
  [0o600, 1_001, 'another user (uid 1001)'],
])('refuses mode %o of user %i', (mode, uid, words) => {
  expect(exposure({ mode: 0o100_000 | mode, uid }, SELF)).toContain(words);
});

it('looks at the file that a link leads to, and quotes nothing of it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pinward-secret-file-'));
  const [file, link] = [join(folder, 'secret'), join(folder, 'link')];
  writeFileSync(file, 'hush-hush', { mode: 0o600 });
  symlinkSync(file, link);
  expect(readSecretFile(link).toString()).toBe('hush-hush');
  chmodSync(file, 0o644);
  expect(() => readSecretFile(link)).toThrow(ExposedSecretFile);
  expect(() => readSecretFile(link)).not.toThrow(/hush/);
  expect(() => readSecretFile(join(folder, 'none'))).toThrow(expect.objectContaining({ code: 'ENOENT' }));
});
