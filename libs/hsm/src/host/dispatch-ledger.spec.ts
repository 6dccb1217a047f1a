import { spawnSync } from 'node:child_process';
import { fstatSync, readdirSync, writeSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import { DispatchLedger } from './dispatch-ledger.js';

const ledger = new DispatchLedger();
afterEach(() => {
  if (readdirSync('/dev/shm').some((name) => name.startsWith('pinward-')))
    throw new Error('a ledger has a name');
});

function record(slot: number, operation: number): void {
  const entry = Buffer.alloc(8);
  entry.writeDoubleLE(operation);
  writeSync(ledger.descriptor, entry, 0, 8, slot * 8);
}

it('tells who was dispatched, slot by slot', () => {
  record(3, 17);
  expect(ledger.wasDispatched({ slot: 3, operation: 17 })).toBe(true);
  // The slot's previous operation, its next one, its neighbours, and a slot beyond the end.
  expect(ledger.wasDispatched({ slot: 3, operation: 16 })).toBe(false);
  expect(ledger.wasDispatched({ slot: 3, operation: 18 })).toBe(false);
  expect(ledger.wasDispatched({ slot: 2, operation: 17 })).toBe(false);
  expect(ledger.wasDispatched({ slot: 4, operation: 17 })).toBe(false);
  expect(ledger.wasDispatched({ slot: 1_000, operation: 1 })).toBe(false);
});

it('keeps the record of a process that killed itself directly after writing it', () => {
  const script = `
    const entry = Buffer.alloc(8);
    entry.writeDoubleLE(99);
    require('node:fs').writeSync(3, entry, 0, 8, 8);
    process.kill(process.pid, 'SIGKILL');
    for (;;);`;
  const stdio = ['ignore', 'ignore', 'inherit', ledger.descriptor] as const;
  expect(spawnSync(process.execPath, ['-e', script], { stdio: [...stdio] }).signal).toBe('SIGKILL');
  expect(ledger.wasDispatched({ slot: 1, operation: 99 })).toBe(true);
});

it('takes all its room at once, and says where there is none', () => {
  expect(fstatSync(ledger.descriptor).size).toBeGreaterThanOrEqual(10_000 * 8);
  expect(() => new DispatchLedger('/nowhere')).toThrow(
    '/nowhere takes no file of 128 KiB (ENOENT), which the HSM host needs: make room there',
  );
});
