import { createInterface } from 'node:readline/promises';
import { Refused } from './refused.js';
import { terminal } from './terminal.js';

/** Asks for the name again: a y is typed too easily. @throws Refused when it is not given, or the input ends */
export async function confirm(question: string, name: string): Promise<void> {
  const { stdin: input, stderr: output } = terminal();
  const lines = createInterface({ input, output });
  const ended = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
  const answer = await Promise.race([lines.question(`${question} Type ${name} to go on: `), ended]);
  lines.close();
  if (answer.trim() !== name) throw new Refused('not confirmed: nothing was changed');
}
