import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { ROOT } from '../bootstrap/paths.mjs';
import { Explained } from '../bootstrap/terminal.mjs';

const SERVICE_PORT = 9229;
/** Makes the service open the debugger of its HSM host too. */
const PRELOAD = pathToFileURL(join(ROOT, 'scripts/development/inspect-host.mjs')).href;

/** The additions of --inspect to the service's environment; nothing without it. */
export function debuggerEnvironment(args: readonly string[]): NodeJS.ProcessEnv {
  const port = portToInspect(args);
  if (port === undefined) return {};
  return { NODE_OPTIONS: `--inspect=127.0.0.1:${port} --import=${PRELOAD}?port=${port + 1}` };
}

function portToInspect(args: readonly string[]): number | undefined {
  const own = args.map((word) => (word === '--inspect' ? `--inspect=${SERVICE_PORT}` : word));
  const { values } = parseArgs({ args: own, options: { inspect: { type: 'string' } } });
  if (values.inspect === undefined) return undefined;
  const port = Number(values.inspect);
  if (Number.isInteger(port) && port > 0 && port < 65_535) return port;
  throw new Explained(`--inspect is ${JSON.stringify(values.inspect)}: it must be a port.`);
}
