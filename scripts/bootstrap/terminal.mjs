// @ts-check
// What the bootstrap says goes to stderr: the standard output of a command belongs to the command.

/** Something to be told to the person at the terminal, without a stack. */
export class Explained extends Error {
  /** @override */
  name = 'Explained';
}

/**
 * By its name: compiled programs that run in this process carry a class of their own.
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
 * Something that must not be overlooked.
 *
 * @param {readonly string[]} lines
 */
export function warn(lines) {
  process.stderr.write(`\n${['WARNING', ...lines].map((line) => `!!! ${line}`).join('\n')}\n\n`);
}
