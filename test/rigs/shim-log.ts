import { closeSync, openSync, readSync, writeFileSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';

/** Bytes that the module wrote into a caller's buffer. */
export interface ShimOutput {
  /** The function that wrote them. */
  readonly function: string;
  /** The parameter's name in the standard, e.g. "pWrappedKey"; "pValue" for attributes. */
  readonly name: string;
  readonly bytes: Buffer;
}

interface ShimFault {
  readonly when: 'before' | 'after';
  readonly action: 'latency' | 'return' | 'hold' | 'hang' | 'kill';
  /** The value that the caller got, for `return`. */
  readonly rv: number;
}

export interface ShimCall {
  readonly pid: number;
  readonly thread: number;
  /** Monotonic clock when the call came in, nanoseconds. */
  readonly at: bigint;
  readonly function: string;
  /** Handles in hexadecimal; absent if the function has none. */
  readonly session?: string;
  readonly object?: string;
  readonly wrappedKey?: string;
  /**
   * CKA_LABEL of `object`. For the calls between C_…Init and the end of an operation: the label of the key of that
   * operation.
   */
  readonly label?: string;
  readonly mechanism?: number;
  /** First 16 bytes in hexadecimal, for C_UnwrapKey and C_Decrypt. */
  readonly ciphertext?: string;
  /** Types of the requested attributes, or of those in a template. */
  readonly attributes?: readonly number[];
  readonly faults: ShimFault[];
  /** The real module's result; null if it was not called, has not answered yet, or the process died in it. */
  result: { readonly rv: number; readonly at: bigint; readonly outputs: readonly ShimOutput[] } | null;
}

/** A C_UnwrapKey that reached the real module: one evaluation, as the module counts. */
export interface Unwrap {
  readonly call: ShimCall;
  readonly ciphertext: string;
  readonly label: string;
  /** null: it did not answer. */
  readonly rv: number | null;
}

type LogRecord = { readonly run: string; readonly call: number; readonly at: string } & (
  | ({ readonly kind: 'call' } & Omit<ShimCall, 'at' | 'faults' | 'result'>)
  | {
      readonly kind: 'result';
      readonly rv: number;
      readonly outputs: { readonly name: string; readonly bytes: string }[];
    }
  | ({ readonly kind: 'fault' } & ShimFault)
);

const CHUNK = 1 << 20;
/** The call on the session that names the key for everything up to the next call of its kind. */
const OPERATION = /^C_(?:Digest)?(Encrypt|Decrypt|Sign|Verify)(Recover)?(Init)?/;

/**
 * Reads the log of one or more processes, running or not. Methods that give evidence throw when no process has used the
 * log: an empty record must never look like an absence of calls.
 */
export class ShimLog {
  constructor(private readonly path: string) {
    writeFileSync(path, '', { flag: 'a', mode: 0o600 });
  }

  /** All calls so far in their order; for waiting, and empty at first. */
  calls(): ShimCall[] {
    const calls = new Map<string, ShimCall>();
    const keys = new Map<string, string | undefined>();
    for (const record of this.records()) {
      const id = `${record.run}/${record.call}`;
      if (record.kind === 'call') calls.set(id, withOperationKey(callOf(record), record.run, keys));
      else addTo(calls.get(id), record);
    }
    return [...calls.values()];
  }

  unwraps(): Unwrap[] {
    return this.evidence()
      .filter((call) => call.function === 'C_UnwrapKey' && reachedModule(call))
      .map((call) => ({
        call,
        ciphertext: call.ciphertext ?? '',
        label: call.label ?? '',
        rv: call.result?.rv ?? null,
      }));
  }

  /** Number of calls by function, with those that a fault answered. */
  callCounts(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const call of this.evidence()) counts.set(call.function, (counts.get(call.function) ?? 0) + 1);
    return counts;
  }

  /** Every output of every call, to be searched for a secret. */
  *outputs(): Generator<ShimOutput> {
    for (const call of this.evidence()) yield* call.result?.outputs ?? [];
  }

  /** Records that a SIGKILL cut off. */
  tornRecords(): number {
    let torn = 0;
    for (const line of this.lines()) torn += parse(line) === null ? 1 : 0;
    return torn;
  }

  private evidence(): ShimCall[] {
    const calls = this.calls();
    if (calls.length === 0) throw new Error(`no process has loaded the shim with the log ${this.path}`);
    return calls;
  }

  private *records(): Generator<LogRecord> {
    for (const line of this.lines()) {
      const record = parse(line);
      if (record !== null) yield record;
    }
  }

  private *lines(): Generator<string> {
    const file = openSync(this.path, 'r');
    const decoder = new StringDecoder('utf8');
    const chunk = Buffer.allocUnsafe(CHUNK);
    let rest = '';
    try {
      for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk)) {
        const lines = (rest + decoder.write(chunk.subarray(0, read))).split('\n');
        rest = lines.pop() ?? '';
        yield* lines.filter((line) => line !== '');
      }
    } finally {
      closeSync(file);
    }
    if (rest !== '') yield rest;
  }
}

/**
 * True unless a fault answered or ended the call before the real module was called. A held call that did not come back
 * counts as one that reached it: no evaluation may be missed.
 */
function reachedModule({ faults, result }: ShimCall): boolean {
  const stopped = faults.some(
    ({ when, action }) =>
      when === 'before' && (action === 'return' || action === 'hang' || action === 'kill'),
  );
  return result !== null || !stopped;
}

function parse(line: string): LogRecord | null {
  try {
    return JSON.parse(line) as LogRecord;
  } catch {
    return null;
  }
}

function callOf(record: LogRecord & { readonly kind: 'call' }): ShimCall {
  const { kind: _kind, run: _run, call: _number, at, ...call } = record;
  return { ...call, at: BigInt(at), faults: [], result: null };
}

function withOperationKey(call: ShimCall, run: string, keys: Map<string, string | undefined>): ShimCall {
  const operation = OPERATION.exec(call.function);
  if (operation === null || call.session === undefined) return call;
  const session = `${run}/${call.session}/${operation[1]}`;
  if (operation[3] !== undefined) keys.set(session, call.label);
  const label = keys.get(session);
  return label === undefined ? call : { ...call, label };
}

function addTo(call: ShimCall | undefined, record: Exclude<LogRecord, { kind: 'call' }>): void {
  if (call === undefined) return;
  if (record.kind === 'fault') {
    call.faults.push({ when: record.when, action: record.action, rv: record.rv });
    return;
  }
  const outputs = record.outputs.map(({ name, bytes }) => ({
    function: call.function,
    name,
    bytes: Buffer.from(bytes, 'hex'),
  }));
  call.result = { rv: record.rv, at: BigInt(record.at), outputs };
}
