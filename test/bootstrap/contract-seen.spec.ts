import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contractSeen } from '../../scripts/bootstrap/contract-seen.mjs';
import { closingLine, outcomeOf } from '../../scripts/bootstrap/test-outcome.mjs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pinward-contract-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('what a run has met of the contract', () => {
  it('is counted over all its processes, and what nobody called is named', () => {
    writeFileSync(join(folder, '1.txt'), 'GET /v1/cards 200\nGET /v1/cards 404 CARD_NOT_FOUND\n');
    writeFileSync(join(folder, '2.txt'), 'GET /v1/cards 200\nPOST /v1/cards 201\n');
    const seen = contractSeen(folder);
    expect(seen?.line).toMatch(/^contract: 2 of \d\d operations, 3 different answers/);
    expect(seen?.missing).toContain('GET /health/ready');
    expect(seen?.missing).not.toContain('POST /v1/cards');
  });

  it('is nothing where no test called the service', () => {
    expect(contractSeen(folder)).toBeNull();
  });

  it('fails a whole run that lacks an operation', () => {
    const report = { passed: 12, failed: 0, brokenFiles: 0, skipped: [] };
    const outcome = outcomeOf(report, 0, ['No test called these operations: GET /v1/cards']);
    expect(closingLine(outcome)).toBe('12 passed, 1 failed');
  });
});
