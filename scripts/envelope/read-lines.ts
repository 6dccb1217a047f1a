import type { ReadStream } from 'node:tty';
import { text } from 'node:stream/consumers';
import { Explained } from '../bootstrap/terminal.mjs';

type Input = NodeJS.ReadStream & Partial<Pick<ReadStream, 'setRawMode'>>;

const ENTER = /[\r\n\u0004]/;
const ERASE = /[\b\u007f]/;
const INTERRUPT = '\u0003';

/**
 * Reads one line for each prompt: from a terminal without echo, otherwise from the piped text.
 *
 * @throws Explained when the piped text has another number of lines
 */
export async function readLines(input: Input, prompts: readonly string[]): Promise<string[]> {
  if (input.isTTY) {
    const lines: string[] = [];
    for (const prompt of prompts) lines.push(await readHidden(input, prompt));
    return lines;
  }
  const lines = (await text(input)).replace(/\r?\n$/, '').split(/\r?\n/);
  if (lines.length !== prompts.length)
    throw new Explained(`Expected ${prompts.length} line(s) on standard input.`);
  return lines;
}

/** Prompts on standard error: standard output carries only the envelope. */
async function readHidden(terminal: Input, prompt: string): Promise<string> {
  process.stderr.write(`${prompt}: `);
  terminal.setRawMode?.(true);
  terminal.setEncoding('utf8');
  try {
    return await typedLine(terminal);
  } finally {
    terminal.setRawMode?.(false);
    terminal.pause();
    process.stderr.write('\n');
  }
}

function typedLine(terminal: Input): Promise<string> {
  return new Promise((resolve, reject) => {
    let line = '';
    const onData = (typed: string): void => {
      for (const character of typed) {
        if (ENTER.test(character) || character === INTERRUPT) {
          terminal.off('data', onData);
          if (character === INTERRUPT) reject(new Explained('Interrupted.'));
          else resolve(line);
          return;
        }
        line = ERASE.test(character) ? line.slice(0, -1) : line + character;
      }
    };
    terminal.on('data', onData);
    terminal.resume();
  });
}
