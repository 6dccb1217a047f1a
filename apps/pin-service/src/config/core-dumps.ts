import { readFileSync } from 'node:fs';

/** The values of proc(5) for this process; its HSM host inherits them. */
export interface CoreDumpState {
  /** /proc/self/limits */
  readonly limits: string;
  /** /proc/self/coredump_filter */
  readonly filter: string;
  /** /proc/sys/kernel/core_pattern */
  readonly pattern: string;
}

/** Soft and hard limit: if the hard one is above 0, any code of the process could raise the soft one. */
const NO_CORE_FILE = /^Max core file size +0 +0 /m;

/** A value that cannot be read counts as the worst. */
function coreDumpState(): CoreDumpState {
  return {
    limits: textOf('/proc/self/limits') ?? '',
    filter: textOf('/proc/self/coredump_filter') ?? 'unknown',
    pattern: textOf('/proc/sys/kernel/core_pattern') ?? '|unknown',
  };
}

/** Why a crash would write memory to a disk; null when it would not. */
export function coreDumpFault({ limits, filter, pattern }: CoreDumpState = coreDumpState()): string | null {
  if (!NO_CORE_FILE.test(limits)) {
    return 'core dumps hold what memory holds: start bin/pin-service, or under ulimit -c 0 (LimitCORE=0)';
  }
  // A program behind a pipe gets the dump whatever the limit is (core(5)); then the dump must contain no mapping.
  if (pattern.startsWith('|') && !/^0+$/.test(filter.trim())) {
    return 'kernel.core_pattern is a pipe, which takes no notice of ulimit -c: start bin/pin-service, or write 0 to /proc/self/coredump_filter before';
  }
  return null;
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
