import { existsSync, readFileSync } from 'node:fs';

const INSTALLED_AT = [
  '/usr/lib/x86_64-linux-gnu/pkcs11-spy.so',
  '/usr/lib/aarch64-linux-gnu/pkcs11-spy.so',
  '/usr/lib/pkcs11/pkcs11-spy.so',
  '/usr/lib64/pkcs11-spy.so',
];

/** OpenSC's pkcs11-spy, a witness that is not ours; null, with a clear notice, if it is not installed. */
export function findSpy(): string | null {
  const module = INSTALLED_AT.find((path) => existsSync(path)) ?? null;
  if (module === null) console.warn('SKIPPED: pkcs11-spy.so is missing (apt-get install opensc-pkcs11)');
  return module;
}

/**
 * The environment that a process needs to reach `module` through the spy. The log will hold the token PIN, so keep it
 * in a folder that the test removes.
 */
export function spyEnvironment(files: {
  readonly module: string;
  readonly log: string;
}): Record<string, string> {
  return { PKCS11SPY: files.module, PKCS11SPY_OUTPUT: files.log };
}

/** Bytes that the spy dumped: those of a parameter, or of an attribute (then `name` is e.g. "CKA_LABEL"). */
export interface SpyDump {
  readonly name: string;
  readonly bytes: Buffer;
}

export interface SpyCall {
  readonly function: string;
  /** "CKR_OK"; null: the call has not returned. */
  rv: string | null;
  readonly inputs: SpyDump[];
  readonly outputs: SpyDump[];
  /** Scalars in the spy's form: "hKey" -> "0x5". */
  readonly values: Map<string, string>;
}

const CALL = /^\d+: (C_\w+)$/;
/** If a call has only a mechanism, the spy does not end the line. */
const RETURNED = /^(?:\[in\] type = \w+? *)?Returned: +-?\d+ (\w+)$/;
const SCALAR = /^\[(?:in|out)\] \*?([\w>-]+) = (.+)$/;
/** "[out] pDigest[*pulDigestLen] 00000000276967d0 / 32", "    CKA_LABEL             000000002769dbe0 / 12" */
const DUMP = /^(?:\[(?:in|out)\] (\w+).*|    (CKA_\w+|0x\w+|\S+)) +([0-9a-f]{16}) \/ (\d+)$/;
/** "    00000000  39 37 35 33 …  9753…": the bytes are in fixed columns, their text after them. */
const ROW = /^ {4}[0-9A-F]{8} {2}[0-9A-F]{2} /;
const ROW_BYTES = [14, 62] as const;
/** "    70696E2D 7472616E …": the spy's form of labels. */
const LABEL_ROW = /^ {4}[0-9A-F]{2,8}(?: [0-9A-F]{2,8}){0,3}$/;

/**
 * Reads the log of a process with only one thread in the module: the spy takes no lock, so lines of two simultaneous
 * calls cannot be distinguished. Such a log throws, and so does an unknown form of a dump.
 */
export class SpyLog {
  constructor(private readonly path: string) {}

  calls(): SpyCall[] {
    const lines = readFileSync(this.path, 'latin1').split('\n');
    const calls: SpyCall[] = [];
    let direction: 'inputs' | 'outputs' = 'inputs';
    for (const [index, line] of lines.entries()) {
      const name = CALL.exec(line)?.[1];
      const current = calls.at(-1);
      if (line.startsWith('[in]')) direction = 'inputs';
      if (line.startsWith('[out]')) direction = 'outputs';
      if (name !== undefined) calls.push(begin(name, current, lines, index));
      else if (current !== undefined) addLine(current, direction, lines, index);
    }
    if (calls.length === 0) throw new Error(`no process has used the spy with the log ${this.path}`);
    return calls;
  }

  functions(): ReadonlySet<string> {
    return new Set(this.calls().map((call) => call.function));
  }

  /** Every byte string that the module returned. */
  outputs(): SpyDump[] {
    return this.calls().flatMap((call) => call.outputs);
  }
}

function begin(name: string, before: SpyCall | undefined, lines: readonly string[], index: number): SpyCall {
  // A killed process leaves a call open; the next process begins with the spy's banner.
  const restarted = lines.slice(Math.max(0, index - 4), index).some((line) => line.startsWith('****'));
  if (before !== undefined && before.rv === null && !restarted) {
    throw new Error(`line ${index + 1}: ${name} began inside ${before.function}: use one HSM worker`);
  }
  return { function: name, rv: null, inputs: [], outputs: [], values: new Map() };
}

function addLine(
  call: SpyCall,
  direction: 'inputs' | 'outputs',
  lines: readonly string[],
  index: number,
): void {
  const line = lines[index] ?? '';
  const [, parameter, attribute, address, size] = DUMP.exec(line) ?? [];
  const name = parameter ?? attribute;
  if (name !== undefined) {
    const bytes = readRows(lines, index + 1);
    const expected = /^0+$/.test(address ?? '') ? 0 : Number(size);
    // The buffers passed to C_GetAttributeValue are named among the inputs, and rightly not dumped there.
    const handedOver = direction === 'inputs' && bytes.length === 0;
    if (bytes.length !== expected && !handedOver) {
      throw new Error(`line ${index + 1}: ${name} has ${bytes.length} bytes, not ${expected}`);
    }
    call[direction].push({ name, bytes });
    return;
  }
  const [, scalar, value] = SCALAR.exec(line) ?? [];
  if (scalar !== undefined && value !== undefined) call.values.set(scalar, value.trim());
  call.rv = RETURNED.exec(line)?.[1] ?? call.rv;
}

function readRows(lines: readonly string[], from: number): Buffer {
  let hex = '';
  for (let index = from; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    if (ROW.test(line)) hex += line.slice(...ROW_BYTES);
    else if (LABEL_ROW.test(line)) hex += line;
    // The characters of a label are below each of its rows.
    else if (!line.startsWith('     ')) break;
  }
  return Buffer.from(hex.replaceAll(' ', ''), 'hex');
}
