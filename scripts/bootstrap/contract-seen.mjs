// @ts-check
// What part of the HTTP contract a test run has met: test/contract/answer-check.ts writes it down.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './paths.mjs';

/** @typedef {{ line: string, missing: readonly string[] }} ContractSeen */

/**
 * @param {string} folder a file for each process of the run: "POST /v1/cards 201", "GET /v1/cards 404 CARD_NOT_FOUND"
 * @param {string} [contract] where its documents are
 * @returns {ContractSeen | null} null where no test has called the service
 */
export function contractSeen(folder, contract = join(ROOT, 'docs/openapi')) {
  const texts = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  const seen = new Set(texts.flatMap((text) => text.split('\n')).filter((line) => line !== ''));
  if (seen.size === 0) return null;
  const operations = operationsIn(contract);
  const met = new Set([...seen].map((line) => line.split(' ', 2).join(' ')));
  const missing = operations.filter((name) => !met.has(name));
  const share = `${operations.length - missing.length} of ${operations.length} operations`;
  return { line: `contract: ${share}, ${seen.size} different answers, each as docs/openapi has it`, missing };
}

/** @param {string} folder */
function operationsIn(folder) {
  const names = readdirSync(folder).flatMap((file) => {
    /** @type {{ paths: Readonly<Record<string, object>> }} */
    const { paths } = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    return Object.entries(paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    );
  });
  return [...new Set(names)];
}
