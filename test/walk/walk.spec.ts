import { beforeAll, describe, expect, it } from 'vitest';
import { judgeWalk, walkOf } from '../../scripts/bootstrap/walk.mjs';
import { walkedFiles } from './measured-walk.js';

const DOMAIN = /^libs\/(pin|hsm|database|requests|fair-semaphore)\//;
const told = walkOf();
const files = (count: number) => Array.from({ length: count }, (_, index) => `file-${index}`);

describe('docs/reading.md, a validate hop by hop', () => {
  let walked: readonly string[];
  beforeAll(async () => {
    walked = await walkedFiles();
  });

  it('names every source file that runs, and none that does not', () => {
    expect(told.whole.toSorted()).toEqual(walked);
  });

  it('names those from the use case to the token and back as such', () => {
    expect(told.domain.toSorted()).toEqual(walked.filter((file) => DOMAIN.test(file)));
  });
});

describe('npm run check', () => {
  const limits = { whole: { most: 4, goal: 2 }, domain: { most: 3, goal: 1 } };

  it('tells how long the walk is, and passes it as it is', () => {
    const { line, fault } = judgeWalk({ whole: files(4), domain: files(3) }, limits);
    expect(line).toMatch(/ 4 source files \(goal 2\), 3 of them .* \(goal 1\)/);
    expect(fault).toBeNull();
    expect(judgeWalk().fault).toBeNull();
  });

  it.each([
    [5, 3, /^more/],
    [4, 4, /^more/],
    [3, 3, /^fewer/],
    [4, 2, /^fewer/],
  ])('fails a walk of %d files, %d in the domain', (whole, domain, fault) => {
    expect(judgeWalk({ whole: files(whole), domain: files(domain) }, limits).fault).toMatch(fault);
  });
});
