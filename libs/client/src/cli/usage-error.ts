/** The command was not understood; the message says why, and repeats nothing that was read. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
