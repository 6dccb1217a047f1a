import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PROJECT_ROOT } from '#libs/program-files';
import { algorithmRef } from './algorithms.js';
import { SOFTWARE_USES } from './algorithm-uses.js';

/** Algorithms in calls of node:crypto, and names of JOSE (RFC 7518) in quotes, by what the inventory calls them. */
const CALLS: readonly (readonly [RegExp, string])[] = [
  [/\b(?:createHash|hash)\(\s*'sha256'/, 'SHA-256'],
  [/\bcreateHmac\('sha256'/, 'HMAC-SHA-256'],
  [/\bhmacSha256\(/, 'HMAC-SHA-256'],
  [/\bscrypt\b/, 'scrypt'],
  [/\bpbkdf2Sync\([^)]*'sha256'/, 'PBKDF2-SHA-256-4096'],
  [/\bverify\('sha256', .*dsaEncoding/, 'ECDSA-P-256-SHA-256'],
  [/algorithms: \['RS256'\]/, 'RSA-PKCS1-1.5-SHA-256'],
  [/\bcreate(?:C|Dec)ipheriv\(\s*'aes-256-gcm'/, 'AES-256-GCM'],
  [/\bhkdfSync\('sha256'/, 'HKDF-SHA-256'],
  [/'A256GCM'/, 'AES-256-GCM'],
  [/'RSA-OAEP-256'/, 'RSA-OAEP-SHA-256'],
  [/'ECDH-ES'/, 'ECDHE-P-256'],
];
/** Any use of an algorithm, known or not. */
const ANY =
  /\b(?:hash(?=\(\s*')|createHash|createHmac|createCipheriv|createDecipheriv|createSign|createVerify|pbkdf2Sync|pbkdf2|hkdf|hkdfSync|scryptSync|publicEncrypt|privateDecrypt|createECDH|diffieHellman)\(/g;

/** What the product runs, without the client, checks of a module, and what an HSM is tried with. */
const SOURCES = globSync(['apps/*/src/**/*.ts', 'libs/*/src/**/*.ts'], { cwd: PROJECT_ROOT }).filter(
  (file) =>
    !/\.spec\.ts$|^libs\/client\/|^libs\/key-ceremony\/src\/acceptance\/|^libs\/hsm\/src\/pkcs11\//.test(
      file,
    ),
);
const text = SOURCES.filter((file) => !file.includes('/cbom/'))
  .map((file) => readFileSync(join(PROJECT_ROOT, file), 'utf8'))
  .join('\n');

it('the inventory has every algorithm that the sources use in software', () => {
  const listed = SOFTWARE_USES.map(({ algorithm, place }) => algorithmRef(algorithm, place));
  for (const [call, name] of CALLS) {
    expect({ name, used: call.test(text) }).toEqual({ name, used: true });
    expect(listed).toContain(`algorithm/openssl/${name}`);
  }
});

it('the sources use no algorithm that the inventory does not know', () => {
  const calls = [...text.matchAll(ANY)].map(({ index }) => text.slice(index, index + 80));
  expect(calls.length).toBeGreaterThan(10);
  expect(calls.filter((call) => !CALLS.some(([known]) => known.test(call)))).toEqual([]);
});
