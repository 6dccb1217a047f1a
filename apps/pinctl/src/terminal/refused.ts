/** What was asked for is not done; the message says why, for the person at the terminal. Exit code 1. */
export class Refused extends Error {
  override readonly name = 'Refused';
}
