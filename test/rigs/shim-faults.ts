import { randomUUID } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** Return values worth injecting (PKCS#11 v2.40 base, section 5.1). */
export const CKR = {
  OK: 0x00,
  GENERAL_ERROR: 0x05,
  FUNCTION_FAILED: 0x06,
  DEVICE_ERROR: 0x30,
  DEVICE_REMOVED: 0x32,
  SESSION_CLOSED: 0xb0,
  SESSION_HANDLE_INVALID: 0xb3,
  OBJECT_HANDLE_INVALID: 0x82,
  TOKEN_NOT_PRESENT: 0xe0,
  USER_NOT_LOGGED_IN: 0x101,
} as const;

type FaultAction =
  /** The call takes this much longer, and continues. */
  | { readonly latencyMs: number }
  /** The call returns this CK_RV; with `before` the real module is not called. */
  | { readonly returns: number }
  /** The call never returns. */
  | { readonly hang: true }
  /** The call waits until the control file changes, and continues. */
  | { readonly hold: true }
  /** The process kills itself (SIGKILL). */
  | { readonly kill: true };

/** Faults apply in their order; after one that returns, none follows. */
export type Fault = FaultAction & {
  /** "C_UnwrapKey"; "*" is every function. */
  readonly function: string;
  /** Before or after the call of the real module. Default before. */
  readonly when?: 'before' | 'after';
  /** Only the next K matching calls, in all processes together. */
  readonly calls?: number;
  /** 0 to 1, for each matching call. Default 1. */
  readonly probability?: number;
  /** Only calls whose ciphertext (C_UnwrapKey, C_Decrypt) begins with this; hex, at most 32 bytes. */
  readonly ciphertextPrefix?: string;
};

const MAX_FAULTS = 64;
const COUNTER_BYTES = 4;

/** Replaces all faults at once, in every process that uses the control file, and sets their counters to 0. */
export function setFaults(path: string, faults: readonly Fault[]): void {
  if (faults.length > MAX_FAULTS) throw new RangeError(`at most ${MAX_FAULTS} faults`);
  // Processes that still use an older plan keep their mapping of its counters.
  const counters = `${resolve(path)}.${randomUUID()}`;
  writeFileSync(counters, Buffer.alloc(MAX_FAULTS * COUNTER_BYTES));
  const previous = countersOf(path);
  const unfinished = `${counters}.plan`;
  writeFileSync(unfinished, [`counters ${counters}`, ...faults.map((fault) => line(fault)), ''].join('\n'));
  renameSync(unfinished, path);
  if (previous !== null) rmSync(previous, { force: true });
}

export function clearFaults(path: string): void {
  setFaults(path, []);
}

/** How often each fault has fired since setFaults, in all processes together. */
export function timesFired(path: string, faults: readonly Fault[]): readonly number[] {
  const file = countersOf(path);
  if (file === null) throw new Error(`${path} is not a control file`);
  const counters = readFileSync(file);
  // A used-up fault is still counted when a call asks for it.
  return faults.map(({ calls = Infinity }, index) =>
    Math.min(counters.readUInt32LE(index * COUNTER_BYTES), calls),
  );
}

function countersOf(path: string): string | null {
  try {
    return /^counters (.+)$/m.exec(readFileSync(path, 'utf8'))?.[1] ?? null;
  } catch {
    return null;
  }
}

function line(fault: Fault): string {
  const { when = 'before', calls = 0, probability = 1, ciphertextPrefix = '-' } = fault;
  if (fault.calls !== undefined && fault.calls < 1) throw new RangeError('calls: at least 1');
  const [action, value] = actionOf(fault);
  return [fault.function, when, action, value, calls, probability, ciphertextPrefix].join(' ');
}

function actionOf(action: FaultAction): readonly [string, number] {
  if ('latencyMs' in action) return ['latency', action.latencyMs];
  if ('returns' in action) return ['return', action.returns];
  if ('hang' in action) return ['hang', 0];
  return 'hold' in action ? ['hold', 0] : ['kill', 0];
}
