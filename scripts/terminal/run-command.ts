import { isExplained } from '../bootstrap/terminal.mjs';

/**
 * Runs a command. An explained error is printed without its stack, every other one with it. Exit code 1 in both cases.
 */
export async function runCommand(command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    console.error(isExplained(error) || isUsageFault(error) ? `\n${error.message}` : error);
    process.exitCode = 1;
  }
}

/** util.parseArgs explains unknown or incomplete options well enough. */
function isUsageFault(error: unknown): error is Error {
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' && code.startsWith('ERR_PARSE_ARGS');
}
