import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../support/project-root.js';

/** SHA-256 of each file as it was released. What is wrong in one is mended by a migration that comes after it. */
const RELEASED = [
  ['1795435200000-pin-operations.ts', '776f4298c946e34e74b0a706270a63cb184e2bca05db88e5ffc83984d979274d'],
  ['1795608000000-api-clients.ts', '1f8308a77bc226ecf9ab9ab89c379327d368a4a0d86ffa686c2114bde849b4f8'],
  ['1795651200000-unlock-approvals.ts', '8371249a0014cc0f75047797471c59090491af2de9422becdbca2ff9bf574e68'],
  ['1795737600000-one-time-passwords.ts', '5aecc9c1c72aede2f75613bd021383f6b08d14d719741e5f12318bac03f7b276'],
  ['1795741200000-card-vault.ts', '42873288ccacd3b34ca1df672ec0241a2f1b458f4fd142c1269cdb40cecd299b'],
  ['1795744800000-audit-tree.ts', 'cf019071f58dcd0021251e1d274ffb45b98ddd72edc795e0f87fce6d59f03bb4'],
  ['1795748400000-webhooks.ts', 'ad9bc976bf94a3c815841fff75431ff906014b449439967cbee8df6e17fd2b66'],
  ['1795752000000-key-holders.ts', 'c631a02734bc33a07de48fd6cf19030ca44f35793f4c10565b48b922a78b317f'],
  ['1795755600000-deployment-policy.ts', '82ff32c5ca8fad5f127ef9724acca7090a9587172764fca247c6c22acb8c7b44'],
  ['audit-tree/audit-functions.ts', '693ac5a7f983568aea949898f5d291c577012a3557f215d5d8ce0391de25a68f'],
  ['audit-tree/tree-tables.ts', '954ba5197df9e7bfc0172047e684e8a6aa2277483c3dcb036b860c4a43a4057d'],
  ['pin-operations/abandon-functions.ts', '81cbdbcfdc8a8b8c851eb459630d8986d14ebf072ee798316c5671f4ff7497fa'],
  [
    'pin-operations/card-event-functions.ts',
    '1b82ba7e59d169dd21893bde62a49e4724fa02990b86f9ae3591fc0bc2bcfb8d',
  ],
  ['pin-operations/card-tables.ts', 'a5e4ad8641bf626243ad40d3a69fe29cd77ff4e7a00d5353791b2fd4bc069caf'],
  [
    'pin-operations/partition-functions.ts',
    'f4789959ed756843ce45f14fd2d10f0e6546d3c1f3c5c5d16d0c70bc46b19fc5',
  ],
  ['pin-operations/request-tables.ts', '0930e3ceeea63fce0733841042c9265996f712b13a099b56fd24f2ae01717944'],
  ['pin-operations/sets.ts', 'bf1134b956cfb806cd93c4031c1c48e3be9a7e3006e7205fd6688e7695e25d67'],
  ['pin-operations/settle-functions.ts', 'e97d6a7cdcb50ec23154eecfc9a0cd9a97e456d3036b3543e53c32b6b18e50a2'],
  ['pin-operations/spend-functions.ts', 'd179f5d18935cd3e31b3fc0a1c05774088c44c6d480c1f01ebf3dee910b3df28'],
  ['pin-operations/trail-tables.ts', '74f32b4f1893a13829c0738845051e7404e73b490e99bb39f6d0e668701c8e22'],
] as const;

describe('a released migration', () => {
  it.each(RELEASED)('%s is never changed', (file, hash) => {
    const text = readFileSync(join(PROJECT_ROOT, 'libs/database/src/migrations', file));
    expect(createHash('sha256').update(text).digest('hex')).toBe(hash);
  });
});
