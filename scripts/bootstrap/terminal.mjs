// @ts-check
// What the bootstrap says goes to stderr: the standard output of a command belongs to the command.

/** A message for the person at the terminal, without a stack. */
export class Explained extends Error {
  /** @override */
  name = 'Explained';
}

/**
 * Recognised by its name: compiled programs in this process have their own class.
 *
 * @param {unknown} error
 * @returns {error is Error}
 */
export function isExplained(error) {
  return error instanceof Error && error.name === 'Explained';
}

/** @param {string} line */
export function tell(line) {
  process.stderr.write(`pinward: ${line}\n`);
}

/**
 * A message that must not be missed.
 *
 * @param {readonly string[]} lines
 */
export function warn(lines) {
  process.stderr.write(`\n${['WARNING', ...lines].map((line) => `!!! ${line}`).join('\n')}\n\n`);
}
