import { spawn, type ChildProcess } from 'node:child_process';

/** What a reader does next: type commands, or write a file. */
export type Step =
  | {
      readonly commands: string;
      /** What the page says they print; "…" stands for anything. */
      readonly shown?: string;
    }
  | { readonly file: string; readonly content: string };

const FILE_NAME = /^(?:(?:\/\/|<!--) ([\w./-]+)|# (\/[\w./-]+)$)/;
const OUTPUTS = ['json', 'text'];

/**
 * The steps of a page in their order. A block of `sh` is typed, and a block of `json` or `text` right after it is what it prints. Another block
 * that begins with the name of a file, as a comment, is written to it.
 */
export function stepsOf(page: string): readonly Step[] {
  const blocks = [...page.matchAll(/^```(\w+)\n(.*?)^```$/gms)];
  return blocks.flatMap(([, language, content = ''], index): Step[] => {
    const [, next = '', shown = ''] = blocks[index + 1] ?? [];
    if (language === 'sh') return [{ commands: content, ...(OUTPUTS.includes(next) ? { shown } : {}) }];
    const [, beside, absolute] = FILE_NAME.exec(content.split('\n', 1)[0] ?? '') ?? [];
    const file = beside ?? absolute;
    return file === undefined ? [] : [{ file, content }];
  });
}

/** Whether what was printed is what is shown: JSON however it is laid out, "…" for what differs each time. */
export function isAsShown(printed: string, shown: string): boolean {
  const bare = (text: string) => text.replaceAll(/\s+/g, '');
  const pattern = bare(shown)
    .split('…')
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
    .join('.*?');
  return new RegExp(`^${pattern}$`).test(bare(printed));
}

/** A terminal in which the commands of a page are typed one after the other, so that variables and functions stay. */
export class Terminal implements Disposable {
  readonly #shell: ChildProcess;
  readonly #ended: Promise<never>;
  #printed = '';

  constructor(directory: string, environment: Readonly<Record<string, string | undefined>>) {
    this.#shell = spawn('bash', [], { cwd: directory, env: environment, stdio: ['pipe', 'pipe', 'pipe'] });
    for (const stream of [this.#shell.stdout, this.#shell.stderr])
      stream?.on('data', (part: Buffer) => (this.#printed += part.toString()));
    this.#ended = new Promise((_, reject) => {
      this.#shell.once('close', () => reject(new Error(`the terminal has ended: ${this.#printed}`)));
    });
    this.#ended.catch(() => undefined);
  }

  /** What the commands print. @throws when the last of them fails, or the terminal ends */
  async type(commands: string): Promise<string> {
    const from = this.#printed.length;
    const mark = /\x1e(\d+)\x1e/;
    // Nothing of it reads what is typed next.
    this.#shell.stdin?.write(`{ ${commands}\n} </dev/null\nprintf '\\x1e%s\\x1e' $?\n`);
    const status = await new Promise<string>((resolve, reject) => {
      const look = () => {
        const [, found] = mark.exec(this.#printed.slice(from)) ?? [];
        if (found === undefined) return;
        this.#shell.stdout?.off('data', look);
        resolve(found);
      };
      this.#shell.stdout?.on('data', look);
      this.#ended.catch(reject);
    });
    const printed = this.#printed.slice(from).replace(mark, '');
    if (status !== '0') throw new Error(`exit status ${status}: ${commands}\n${printed}`);
    return printed;
  }

  [Symbol.dispose](): void {
    this.#shell.stdin?.end();
    this.#shell.kill();
  }
}
