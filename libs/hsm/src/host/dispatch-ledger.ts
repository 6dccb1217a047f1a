import { closeSync, existsSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HsmMisconfigured } from '../contract/faults.js';

/** File descriptor of the ledger in the HSM host. */
const LEDGER_FD = 3;

const ENTRY_BYTES = 8;
/** Allocated at once, for more slots than a queue may have, so that a later record cannot fail for lack of room. */
const ROOM_BYTES = 128 * 1024;
/** In memory, so that a record never waits for a disk that another process is flushing. */
const MEMORY_DIRECTORY = '/dev/shm';

/** Where an operation's dispatch record goes. A slot has one live operation at a time. */
export interface LedgerEntry {
  readonly slot: number;
  /** Number of the operation in its host, from 1 on; never used twice. */
  readonly operation: number;
}

/**
 * A worker calls this directly before its first call on an envelope. The write is synchronous and goes to a file that
 * the parent holds open, so the record survives this process, even after SIGKILL. It alone decides whether a try may be
 * given back.
 */
export function writeDispatchRecord({ slot, operation }: LedgerEntry): void {
  writeSync(LEDGER_FD, encoded(operation), 0, ENTRY_BYTES, slot * ENTRY_BYTES);
}

/** The slot where an operation's record goes later: a host that is still starting has no operations. */
const LOGIN_SLOT = 0;
/** Never the number of an operation. */
const LOGIN_STATES = { begun: -1, answered: -2 } as const;

/** Records a login in the same way, so that the parent knows of a login that ends the host or never returns. */
export function writeLoginRecord(state: keyof typeof LOGIN_STATES): void {
  writeDispatchRecord({ slot: LOGIN_SLOT, operation: LOGIN_STATES[state] });
}

/**
 * The parent's side: one file without a name for each HSM host. The host inherits it, and the parent reads it only
 * after a fault. Nothing has to be drained, and no reader can delay a worker.
 */
export class DispatchLedger {
  readonly descriptor: number;
  readonly #entry = Buffer.alloc(ENTRY_BYTES);

  /** @throws HsmMisconfigured if there is no room for it */
  constructor(directory = existsSync(MEMORY_DIRECTORY) ? MEMORY_DIRECTORY : tmpdir()) {
    try {
      this.descriptor = openUnnamed(directory);
    } catch (cause) {
      const { code = 'unknown' } = cause as NodeJS.ErrnoException;
      throw new HsmMisconfigured(
        `${directory} takes no file of ${ROOM_BYTES / 1024} KiB (${code}), which the HSM host needs: make room there`,
        { cause },
      );
    }
  }

  /** Whether the operation's envelope has been dispatched by now. */
  wasDispatched({ slot, operation }: LedgerEntry): boolean {
    const length = readSync(this.descriptor, this.#entry, 0, ENTRY_BYTES, slot * ENTRY_BYTES);
    return length === ENTRY_BYTES && this.#entry.equals(encoded(operation));
  }

  /** For a host that is still starting: whether it has begun to log in and has no answer. */
  get loginIsUnanswered(): boolean {
    return this.wasDispatched({ slot: LOGIN_SLOT, operation: LOGIN_STATES.begun });
  }

  close(): void {
    closeSync(this.descriptor);
  }
}

function encoded(operation: number): Buffer {
  const entry = Buffer.alloc(ENTRY_BYTES);
  entry.writeDoubleLE(operation);
  return entry;
}

/** A file that is reached only by its descriptor. */
function openUnnamed(parent: string): number {
  const directory = mkdtempSync(join(parent, 'pinward-'));
  try {
    const descriptor = openSync(join(directory, 'dispatched'), 'wx+', 0o600);
    const written = writeSync(descriptor, Buffer.alloc(ROOM_BYTES), 0, ROOM_BYTES, 0);
    if (written < ROOM_BYTES) throw Object.assign(new Error('a short write'), { code: 'ENOSPC' });
    return descriptor;
  } finally {
    rmSync(directory, { recursive: true });
  }
}
