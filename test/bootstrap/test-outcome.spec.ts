import { describe, expect, it } from 'vitest';
import { closingLine, outcomeOf, skipNotice } from '../../scripts/bootstrap/test-outcome.mjs';

const report = { passed: 12, failed: 0, brokenFiles: 0, skipped: [] };

describe('the closing line of a test run', () => {
  it('counts what passed and failed', () => {
    expect(closingLine(outcomeOf(report, 0))).toBe('12 passed, 0 failed');
    expect(closingLine(outcomeOf({ ...report, failed: 2 }, 1))).toBe('12 passed, 2 failed');
  });

  it('names what was skipped, with the reason', () => {
    const outcome = outcomeOf({ ...report, skipped: [{ name: 'nss > opens', note: 'no libnss3' }] }, 0);
    expect(closingLine(outcome)).toBe('12 passed, 0 failed, 1 skipped');
    expect(skipNotice(outcome).join('\n')).toContain('nss > opens (no libnss3)');
  });

  it.each([
    ['nothing ran', { ...report, passed: 0 }, 0],
    ['everything was skipped', { ...report, passed: 0, skipped: [{ name: 'a', note: null }] }, 0],
    ['vitest died without a report', null, 137],
    ['an error belonged to no test', report, 1],
    ['a file could not be loaded', { ...report, brokenFiles: 1 }, 1],
  ])('is a failure when %s', (_, given, status) => {
    const outcome = outcomeOf(given, status);
    expect(outcome.failed).toBe(1);
    expect(closingLine(outcome)).toMatch(/^\d+ passed, 1 failed/);
  });

  it('lists many skips without burying the line', () => {
    const skipped = Array.from({ length: 100 }, (_, index) => ({ name: `test ${index}`, note: null }));
    const lines = skipNotice({ skipped });
    expect(lines.length).toBeLessThan(50);
    expect(lines.at(-1)).toContain('and 60 more');
  });
});
