import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { SecretText } from '#libs/secret-text';
import { Refused } from './refused.js';
import { terminal } from './terminal.js';

/**
 * Asks at the terminal, without showing the input.
 *
 * @param setting what to set if there is no terminal
 * @throws Refused
 */
export async function askSecret(question: string, setting: string): Promise<SecretText> {
  const { stdin, stderr } = terminal();
  if (stdin.isTTY !== true)
    throw new Refused(`${setting}_FILE is not set, and there is no terminal to ask at`);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: silent, terminal: true });
  stderr.write(`${question}: `);
  try {
    return new SecretText(await lines.question(''));
  } finally {
    lines.close();
    stderr.write('\n');
  }
}
