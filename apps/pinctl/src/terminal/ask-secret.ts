import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { SecretText } from '#libs/secret-text';
import { Refused } from './refused.js';

/**
 * Asks at the terminal, without showing what is typed.
 *
 * @param setting what to set where there is no terminal
 * @throws Refused
 */
export async function askSecret(question: string, setting: string): Promise<SecretText> {
  if (!process.stdin.isTTY)
    throw new Refused(`${setting}_FILE is not set, and there is no terminal to ask at`);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: silent, terminal: true });
  process.stderr.write(`${question}: `);
  try {
    return new SecretText(await lines.question(''));
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}
