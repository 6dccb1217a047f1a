import { readdirSync, readFileSync } from 'node:fs';

/** HSM hosts among the children of a process (by default this one), by their process titles. */
export function hostPids(parent = process.pid): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => isHostOf(pid, parent));
}

/** Whether the process exists and is more than a zombie. */
export function isAlive(pid: number): boolean {
  const status = statusOf(pid);
  return status !== null && !/^State:\s+[ZX]/m.test(status);
}

function isHostOf(pid: number, parent: number): boolean {
  const status = statusOf(pid);
  if (status === null || /^State:\s+[ZX]/m.test(status)) return false;
  if (!new RegExp(`^PPid:\\s+${parent}$`, 'm').test(status)) return false;
  const command = readText(`/proc/${pid}/cmdline`) ?? '';
  return command.includes('pinward-hsm-host') || command.includes('host-main.js');
}

function statusOf(pid: number): string | null {
  return readText(`/proc/${pid}/status`);
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
