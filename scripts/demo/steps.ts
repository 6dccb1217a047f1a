import { isDeepStrictEqual } from 'node:util';
import type { Reply } from '../service/api.js';
import { Explained } from '../bootstrap/terminal.mjs';

export interface Expected {
  readonly status: number;
  /** Members the body must have, with exactly these values; it may have others. */
  readonly body?: Readonly<Record<string, unknown>>;
}

/** Numbers the demo's steps, prints each with its answer, and stops at the first unexpected answer. */
export class Steps {
  private number = 0;

  constructor(private readonly print: (line: string) => void) {}

  /** @throws Explained when the reply differs from what is expected */
  async step(title: string, call: () => Promise<Reply>, expected: Expected): Promise<Reply> {
    this.number += 1;
    this.print(`${String(this.number).padStart(2)}. ${title}`);
    const reply = await call();
    this.print(`    ${reply.method} ${reply.path} -> ${reply.status}`);
    this.print(`    ${JSON.stringify(shortened(reply.body))}`);
    this.print('');
    this.check(reply, expected);
    return reply;
  }

  private check(reply: Reply, { status, body = {} }: Expected): void {
    const wrong = Object.entries(body).filter(([name, value]) => !isDeepStrictEqual(reply.body[name], value));
    if (reply.status === status && wrong.length === 0) return;
    const members = wrong.map(([name, value]) => `${name} ${JSON.stringify(value)}`).join(', ');
    throw new Explained(
      `Step ${this.number} did not go as expected: status ${status}${members && ` with ${members}`} was due.`,
    );
  }
}

/** Long values such as a key's modulus are cut: they do not help a reader. */
function shortened(value: unknown): unknown {
  if (typeof value === 'string')
    return value.length > 100 ? `${value.slice(0, 24)}… (${value.length} characters)` : value;
  if (Array.isArray(value)) return value.map((item) => shortened(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shortened(member)]));
}
