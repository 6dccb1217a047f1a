import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { LineWriter } from './log.js';

const folder = mkdtempSync(join(tmpdir(), 'pinward-log-'));
afterAll(() => rmSync(folder, { recursive: true }));
const lostLine = (lines: number) => `lost ${lines}\n`;

describe('lines', () => {
  it('are written in their order, also the last ones', async () => {
    const file = join(folder, 'log');
    const descriptor = openSync(file, 'w');
    const writer = new LineWriter(descriptor, lostLine);
    const lines = Array.from({ length: 1_000 }, (_, index) => `line ${index}\n`);
    for (const line of lines) writer.write(line);
    await expect.poll(() => readFileSync(file, 'utf8')).toBe(lines.join(''));
    writer.write('the last\n');
    writer.finish();
    expect(readFileSync(file, 'utf8')).toBe(`${lines.join('')}the last\n`);
    expect(writer.lost).toBe(0);
    closeSync(descriptor);
  });

  it('are dropped and counted where nothing can be written', async () => {
    const descriptor = openSync('/dev/full', 'w');
    const writer = new LineWriter(descriptor, lostLine);
    for (let count = 1; count <= 5; count += 1) {
      writer.write('a line\n');
      await expect.poll(() => writer.lost).toBe(count);
    }
    writer.write('the last\n');
    writer.finish();
    closeSync(descriptor);
  });

  it('are told of as lost once something can be written again', async () => {
    const reader = spawn('cat', [], { stdio: ['pipe', 'pipe', 'ignore'] });
    const pipe = reader.stdin as typeof reader.stdin & { readonly _handle: { readonly fd: number } };
    // The pipe has no reader yet: it takes 64 KiB, the writer keeps its limit, and the rest is lost.
    const writer = new LineWriter(pipe._handle.fd, lostLine);
    reader.kill('SIGSTOP');
    const line = `${'x'.repeat(65_535)}\n`;
    for (let count = 0; count < 100; count += 1) writer.write(line);
    expect(writer.lost).toBeGreaterThan(0);
    let read = '';
    const told = () =>
      [...read.matchAll(/^lost (\d+)$/gm)].reduce((sum, [, lines]) => sum + Number(lines), 0);
    reader.stdout.setEncoding('utf8').on('data', (part: string) => (read += part));
    reader.kill('SIGCONT');
    await expect
      .poll(() => {
        writer.write('more\n');
        return told() === writer.lost && read.endsWith('more\n');
      })
      .toBe(true);
    expect(told()).toBeGreaterThan(0);
    reader.kill('SIGKILL');
  });
});
