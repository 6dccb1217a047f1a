import { readdirSync, readFileSync } from 'node:fs';

/** Linux, sysconf(_SC_CLK_TCK). */
const TICKS_PER_SECOND = 100;

interface ProcessTimes {
  readonly parent: number;
  readonly ticks: number;
}

/**
 * Processor time so far of these processes and their descendants, ms; that of ended processes is counted in their
 * parents.
 */
export function processorTimeMs(roots: readonly number[]): number {
  const all = new Map<number, ProcessTimes>();
  for (const name of readdirSync('/proc')) {
    const times = /^\d+$/.test(name) ? timesOf(name) : null;
    if (times !== null) all.set(Number(name), times);
  }
  const belongs = (pid: number): boolean =>
    roots.includes(pid) || belongsTo(all.get(pid)?.parent ?? 0, belongs);
  const ticks = [...all].reduce((sum, [pid, times]) => (belongs(pid) ? sum + times.ticks : sum), 0);
  return (ticks * 1_000) / TICKS_PER_SECOND;
}

function belongsTo(parent: number, belongs: (pid: number) => boolean): boolean {
  return parent > 1 && belongs(parent);
}

/** proc(5): fields 4 (ppid) and 14 to 17 (utime, stime, cutime, cstime) of stat, after the name in brackets. */
function timesOf(pid: string): ProcessTimes | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [parent = 0] = fields.slice(1);
    return { parent, ticks: fields.slice(11, 15).reduce((sum, each) => sum + each, 0) };
  } catch {
    return null;
  }
}
