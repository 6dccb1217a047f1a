import { runPinctl } from './run-pinctl.js';

const { env: environment, stdin, stdout, stderr } = process;
process.exitCode = await runPinctl(process.argv.slice(2), { environment, stdin, stdout, stderr });
