import { PinBlockError } from '../pin-block/index.js';
import { CHECK_ENVELOPE_HELP, checkEnvelopeCommand, type ReadInput } from './check-envelope.js';
import { UsageError } from './usage-error.js';

const HELP = `Usage: pinward COMMAND [OPTIONS]

Commands:
  check-envelope  names what is wrong with an envelope that was made for the published test key

pinward COMMAND --help says more.
`;

export interface Terminal {
  readonly read: ReadInput;
  out(text: string): void;
  err(text: string): void;
}

/** @returns the exit code: 0 fine, 1 something is wrong with what was checked, 2 the command was not understood */
export async function run(args: readonly string[], terminal: Terminal): Promise<0 | 1 | 2> {
  const [command, ...rest] = args;
  const isHelp = [...args].some((argument) => argument === '--help' || argument === '-h');
  try {
    if (command === 'check-envelope') {
      if (isHelp) return print(CHECK_ENVELOPE_HELP, terminal);
      const { isRight, output } = await checkEnvelopeCommand(rest, terminal.read);
      print(output, terminal);
      return isRight ? 0 : 1;
    }
    if (isHelp) return print(HELP, terminal);
    throw new UsageError(command === undefined ? 'a command is missing' : 'there is no such command');
  } catch (error) {
    if (!isUsage(error)) throw error;
    terminal.err(`pinward: ${error.message}\n\n${command === 'check-envelope' ? CHECK_ENVELOPE_HELP : HELP}`);
    return 2;
  }
}

function print(text: string, terminal: Terminal): 0 {
  terminal.out(text);
  return 0;
}

/** Also of util.parseArgs, which names the option, and of files that cannot be read. */
function isUsage(error: unknown): error is Error {
  if (error instanceof UsageError || error instanceof PinBlockError) return true;
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' && /^(?:ERR_PARSE_ARGS|ENOENT|EACCES|EISDIR)/.test(code);
}
