import { terminal } from './terminal.js';

/** A step of longer work, for the person who waits; standard output gets only results. */
export function told(step: string): void {
  terminal().stderr.write(`pinctl: ${step}\n`);
}

const WIDTH = 30;

/** A bar that redraws itself at a terminal, and prints a line now and then elsewhere. */
export class ProgressBar {
  #lastTold = -1;

  constructor(
    private readonly what: string,
    private readonly total: number,
  ) {}

  show(done: number): void {
    const { stderr } = terminal();
    const part = this.total === 0 ? 1 : Math.min(1, done / this.total);
    const percent = Math.floor(part * 100);
    const filled = Math.round(part * WIDTH);
    const bar = `[${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}] ${percent} % ${this.what}: ${done} of ${this.total}`;
    if (stderr.isTTY === true) stderr.write(`\r${bar}${part === 1 ? '\n' : ''}`);
    else if (Math.floor(percent / 10) !== this.#lastTold) stderr.write(`${bar}\n`);
    this.#lastTold = Math.floor(percent / 10);
  }
}
