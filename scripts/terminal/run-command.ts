import { Explained } from './explained.js';

/** Runs a command; what it explains is printed as it is, anything else with its stack. Exit code 1 in both cases. */
export async function runCommand(command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    console.error(isExplained(error) ? `\n${error.message}` : error);
    process.exitCode = 1;
  }
}

function isExplained(error: unknown): error is Error {
  if (error instanceof Explained) return true;
  // util.parseArgs explains unknown or incomplete options well enough.
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' && code.startsWith('ERR_PARSE_ARGS');
}
