import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { PROJECT_ROOT } from '../support/project-root.js';

const COPIED = [
  ...['docs', 'CHANGELOG.md', 'LICENSE', 'README.md', 'SECURITY.md', '.gitignore', '.git-blame-ignore-revs'],
  ...['apps', 'bench', 'libs', 'scripts', 'softhsm', 'test'],
  ...['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'vitest.config.ts'],
];

/** A program under way, and what it has said so far. */
export interface Program {
  readonly child: ChildProcess;
  /** Its exit status, and the signal that ended it. */
  readonly ended: Promise<number | null>;
  said(): string;
  /** Resolves when it has said this once more than it had when it was asked. @throws when it ends before */
  says(words: RegExp): Promise<void>;
  /** As Ctrl-C: to it and all that it has started in its terminal. */
  interrupt(): Promise<number | null>;
}

/** The sources in a directory of their own, where they may be changed, and with a var/ of its own. */
export class Checkout {
  readonly path = mkdtempSync(join(tmpdir(), 'pinward-checkout-'));
  readonly #running = new Set<Program>();

  constructor() {
    for (const name of COPIED) cpSync(join(PROJECT_ROOT, name), this.file(name), { recursive: true });
    this.linkPackages();
  }

  /** Each by itself, so that whatever empties node_modules here takes links. */
  private linkPackages(): void {
    const installed = join(PROJECT_ROOT, 'node_modules');
    mkdirSync(join(installed, '.pinward-packages'), { recursive: true });
    mkdirSync(this.file('node_modules'));
    for (const name of readdirSync(installed))
      symlinkSync(join(installed, name), this.file('node_modules', name));
  }

  file(...names: readonly string[]): string {
    return join(this.path, ...names);
  }

  /** A command line, as it is typed. */
  run(line: string, environment: Readonly<Record<string, string>> = {}): Program {
    const child = spawn('bash', ['-c', line], {
      cwd: this.path,
      detached: true,
      env: { PATH: process.env['PATH'], HOME: this.path, PINWARD_NO_APT: '1', PORT: '0', ...environment },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const program = new RunningProgram(child);
    this.#running.add(program);
    void program.ended.then(() => this.#running.delete(program));
    return program;
  }

  /** What a command prints, with `input` typed into it. @throws when it fails */
  async output(line: string, input = ''): Promise<string> {
    const program = this.run(line);
    program.child.stdin?.on('error', () => undefined).end(input); // one that ends early says why by itself
    const stdout = program.child.stdout;
    const printed = stdout === null ? '' : await text(stdout);
    const status = await program.ended;
    if (status !== 0) throw new Error(`${line}: exit status ${String(status)}\n${program.said()}`);
    return printed;
  }

  /** A repository with all of it in one commit, made in no name. */
  async commit(): Promise<void> {
    await this.output(
      'git init -q -b main . && echo .npm >> .git/info/exclude && git config user.name one && git config user.email one@example.org && ' +
        'git config commit.gpgSign false && git config tag.gpgSign false && git add -A && git commit -qm first',
    );
  }

  developmentFile() {
    return JSON.parse(readFileSync(this.file('var/dev.json'), 'utf8')) as {
      readonly baseUrl: string;
      readonly caFile: string;
    };
  }

  /** The body of an answer of the running service. */
  async get(path: string): Promise<string> {
    const { baseUrl, caFile } = this.developmentFile();
    return await new Promise((resolve, reject) => {
      request(`${baseUrl}${path}`, { ca: readFileSync(caFile), agent: false }, (response) => {
        text(response).then(resolve, reject);
      })
        .once('error', reject)
        .end();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#running].map((program) => program.interrupt()));
    rmSync(this.path, { recursive: true, force: true });
  }
}

class RunningProgram implements Program {
  readonly ended: Promise<number | null>;
  #said = '';
  readonly #listeners = new Set<() => void>();

  constructor(readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (part: Buffer) => {
        this.#said += part.toString();
        for (const listen of this.#listeners) listen();
      });
    }
    this.ended = new Promise((resolve) => child.once('close', resolve));
  }

  said(): string {
    return this.#said;
  }

  async says(words: RegExp): Promise<void> {
    const from = this.#said.length;
    const said = new Promise<void>((resolve) => {
      this.#listeners.add(() => {
        if (words.test(this.#said.slice(from))) resolve();
      });
    });
    const ended = this.ended.then((status) => {
      throw new Error(`ended (${String(status)}): ${this.#said}`);
    });
    await Promise.race([said, ended]);
  }

  async interrupt(): Promise<number | null> {
    if (this.child.pid !== undefined) process.kill(-this.child.pid, 'SIGINT');
    return await this.ended;
  }
}
