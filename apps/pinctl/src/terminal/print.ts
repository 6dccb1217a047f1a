import { terminal } from './terminal.js';

/** Prints a result to standard output: for programs as JSON, for people as text. */
export function print(json: true | undefined, value: unknown, text: string): void {
  printText(json === true ? JSON.stringify(value, null, 2) : text);
}

export function printText(text: string): void {
  terminal().stdout.write(`${text}\n`);
}
