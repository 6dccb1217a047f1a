/** The command did nothing; the message says why, for the person at the terminal. Exit code 1. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** A question that could not be asked: the answer is neither yes nor no. Exit code 2. */
export class CannotTell extends Error {
  override readonly name = 'CannotTell';
}
