import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writePrivateFile } from '../../scripts/development/private-file.js';
import { givenSecret, ownSecret } from '../../scripts/development/secrets.js';
import { Explained } from '../../scripts/bootstrap/terminal.mjs';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'pinward-secrets-'));
});

afterEach(() => rmSync(directory, { recursive: true }));

const modeOf = (file: string) => (statSync(file).mode & 0o777).toString(8);

describe('secrets of a checkout', () => {
  it('are random, made once and readable by their owner alone', () => {
    const first = ownSecret('token-pin', directory);
    expect(first.value).toMatch(/^[0-9a-f]{48}$/);
    expect(modeOf(first.file())).toBe('600');
    expect(ownSecret('token-pin', directory).value).toBe(first.value);
    expect(ownSecret('token-so-pin', directory).value).not.toBe(first.value);
  });

  it('are written privately, also over a file that others could read', () => {
    const file = join(directory, 'dev.json');
    writeFileSync(file, 'old', { mode: 0o644 });
    writePrivateFile(file, 'new');
    expect(readFileSync(file, 'utf8')).toBe('new');
    expect(modeOf(file)).toBe('600');
  });
});

describe('a secret of the environment', () => {
  it('may be a file, whose last line end is not part of it', () => {
    const file = join(directory, 'pin');
    writeFileSync(file, 'from a file\n');
    expect(givenSecret('PKCS11_TOKEN_PIN', { PKCS11_TOKEN_PIN_FILE: file })?.value).toBe('from a file');
    expect(givenSecret('PKCS11_TOKEN_PIN', {})).toBeUndefined();
  });

  it('is refused when it is given twice or cannot be read, without being repeated', () => {
    const twice = { PKCS11_TOKEN_PIN: 'the-secret', PKCS11_TOKEN_PIN_FILE: '/nowhere' };
    expect(() => givenSecret('PKCS11_TOKEN_PIN', twice)).toThrow(Explained);
    expect(() => givenSecret('PKCS11_TOKEN_PIN', twice)).not.toThrow('the-secret');
    expect(() => givenSecret('PKCS11_TOKEN_PIN', { PKCS11_TOKEN_PIN_FILE: '/nowhere' })).toThrow(Explained);
  });
});
