import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readLines } from '../../scripts/envelope/read-lines.js';

const piped = (content: string) => Readable.from([content]) as unknown as Parameters<typeof readLines>[0];

describe('lines from a pipe', () => {
  it.each(['1234', '1234\n', '1234\r\n'])('take the line end off %j', async (content) => {
    expect(await readLines(piped(content), ['PIN'])).toEqual(['1234']);
  });

  it('are as many as there are prompts', async () => {
    expect(await readLines(piped('1234\n5678\n'), ['Current PIN', 'New PIN'])).toEqual(['1234', '5678']);
  });

  it.each(['1234\n', '1234\n5678\n9999\n'])(
    'refuse another number of lines, without repeating %j',
    async (content) => {
      const refusal = readLines(piped(content), ['Current PIN', 'New PIN']);
      await expect(refusal).rejects.toMatchObject({ message: 'Expected 2 line(s) on standard input.' });
    },
  );

  it('keep every character of a line, spaces included: a PIN is judged later', async () => {
    expect(await readLines(piped(' 1234 \n'), ['PIN'])).toEqual([' 1234 ']);
  });
});
