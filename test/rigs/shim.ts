import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PROJECT_ROOT } from '../support/project-root.js';

export { setFaults, clearFaults, timesFired, CKR, type Fault } from './shim-faults.js';
export { ShimLog, type ShimCall, type Unwrap } from './shim-log.js';

const SOURCES = join(PROJECT_ROOT, 'test/shim');
const HEADERS = join(PROJECT_ROOT, 'node_modules/pkcs11js/includes');
const CACHE = join(PROJECT_ROOT, 'node_modules/.cache/pinward');

const FLAGS = ['-std=gnu11', '-O2', '-Wall', '-Wextra', '-Werror', '-shared', '-fPIC', '-I', HEADERS];
/**
 * Hidden symbols: the real module's functions have the same names. `nodelete`: a hung thread may still be inside
 * when its worker closes the module.
 */
const SHIM_FLAGS = ['-fvisibility=hidden', '-Wl,-z,nodelete', '-Wl,-z,defs'];
const LIBRARIES = ['-ldl', '-lpthread'];

/** Builds the shim (test/shim), unless these sources were built before, and returns the module's path. */
export function buildShim(): string {
  const files = readdirSync(SOURCES).filter((name) => /\.[ch]$/.test(name));
  const hash = createHash('sha256').update(JSON.stringify([FLAGS, SHIM_FLAGS, LIBRARIES]));
  for (const name of files.toSorted()) hash.update(name).update(readFileSync(join(SOURCES, name)));
  const module = join(CACHE, `pinward-shim-${hash.digest('hex').slice(0, 16)}.so`);
  if (existsSync(module)) return module;
  mkdirSync(CACHE, { recursive: true });
  // Renamed when it is complete: another test process may build or load it now.
  const unfinished = `${module}.${process.pid}`;
  compile(
    files.filter((name) => name.endsWith('.c')).map((name) => join(SOURCES, name)),
    [...SHIM_FLAGS, '-o', unfinished],
  );
  renameSync(unfinished, module);
  return module;
}

/** Builds a PKCS#11 module from one source file, for tests that need a faulty one. */
export function compileModule(source: URL, module: string): string {
  compile([fileURLToPath(source)], ['-o', module]);
  return module;
}

function compile(sources: readonly string[], more: readonly string[]): void {
  execFileSync('cc', [...FLAGS, ...more, ...sources, ...LIBRARIES], { stdio: 'inherit' });
}

export interface ShimFiles {
  /** The real module. */
  readonly module: string;
  /** Append-only; processes may share it. */
  readonly log?: string;
  /** The shim reads it whenever it is a new file; it need not exist. */
  readonly faults?: string;
}

/** The environment that a process needs; its PKCS#11 module is then the path from buildShim. */
export function shimEnvironment({ module, log, faults }: ShimFiles): Record<string, string> {
  return {
    PINWARD_SHIM_MODULE: module,
    ...(log === undefined ? {} : { PINWARD_SHIM_LOG: log }),
    ...(faults === undefined ? {} : { PINWARD_SHIM_FAULTS: faults }),
  };
}
