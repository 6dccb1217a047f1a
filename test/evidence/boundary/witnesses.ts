import { join } from 'node:path';
import { buildShim, shimEnvironment, ShimLog } from '../../rigs/shim.js';
import { findSpy, SpyLog, spyEnvironment } from '../../rigs/spy.js';
import { fromShim, fromSpy, type ModuleCall } from './module-calls.js';

/** Stands between the HSM host and the real module, and tells what was called and what came out. */
export interface Witness {
  readonly name: string;
  /** What the service loads instead of the real module. */
  readonly module: string;
  /** What the HSM host needs in its environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly workers: number;
  /** @throws Error when no process has used the module */
  calls(): readonly ModuleCall[];
}

/** The project's own shim. It records outputs only, but also what a call wrote beyond what it said. */
export function shimWitness(folder: string, module: string): Witness {
  const logFile = join(folder, 'shim.log');
  const log = new ShimLog(logFile);
  return {
    name: "the project's shim",
    module: buildShim(),
    environment: shimEnvironment({ module, log: logFile }),
    logFile,
    workers: 2,
    calls: () => {
      if (log.tornRecords() > 0) throw new Error(`${logFile} has torn records`);
      const calls = log.calls().map(fromShim);
      if (calls.length === 0) throw new Error(`no process has loaded the shim with the log ${logFile}`);
      return calls;
    },
  };
}

/** OpenSC's: it was not written here, and it dumps inputs as well. It takes no lock, hence one worker. */
export function spyWitness(folder: string, module: string): Witness {
  const spy = findSpy();
  if (spy === null) throw new Error('pkcs11-spy.so is missing');
  const logFile = join(folder, 'spy.log');
  return {
    name: "OpenSC's pkcs11-spy",
    module: spy,
    environment: spyEnvironment({ module, log: logFile }),
    logFile,
    workers: 1,
    calls: () => new SpyLog(logFile).calls().map(fromSpy),
  };
}
