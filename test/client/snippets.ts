import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { PROJECT_ROOT } from '../support/project-root.js';
import type { InstalledClient } from './installed-client.js';

interface CodeBlock {
  readonly page: string;
  /** After the three backquotes; empty where nothing is said. */
  readonly language: string;
  readonly text: string;
  /** Of the file that the block's first line names. */
  readonly name: string | undefined;
}

/** Every code block of pages under docs/, whatever its language. */
export function codeBlocksOf(...pages: readonly string[]): readonly CodeBlock[] {
  return pages.flatMap((page) => {
    const blocks = readFileSync(join(PROJECT_ROOT, 'docs', page), 'utf8').matchAll(
      /^ *```(\w*)\n(.*?)^ *```$/gms,
    );
    return [...blocks].map(([, language = '', text = '']) => {
      const [, name] = /^\/\/ ([\w-]+\.[jt]s)\n/.exec(text) ?? [];
      return { page, language, text, name };
    });
  });
}

/** The blocks as files of a project that has the package, and packages of this repository beside it. */
export class Snippets {
  private readonly folder: string;

  constructor(installed: InstalledClient, blocks: readonly CodeBlock[]) {
    this.folder = join(installed.project, 'snippets');
    mkdirSync(this.folder);
    this.write('package.json', '{ "type": "module" }');
    for (const { name, text } of blocks) if (name !== undefined) this.write(name, text);
  }

  write(name: string, text: string): string {
    const file = join(this.folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** A package of this repository's, for snippets that use it. */
  link(...names: readonly string[]): void {
    for (const name of names) {
      const link = join(this.folder, 'node_modules', name);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(join(PROJECT_ROOT, 'node_modules', name), link);
    }
  }

  /** Runs a snippet. @param change what stands for a value of the user's */
  async run<T>(name: string, change: (text: string) => string = (text) => text): Promise<T> {
    const text = change(readFileSync(this.path(name), 'utf8'));
    if (name.endsWith('.js')) return (await import(pathToFileURL(this.write(name, text)).href)) as T;
    const { outputText } = ts.transpileModule(text, {
      compilerOptions: {
        target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.ESNext,
        experimentalDecorators: true,
        emitDecoratorMetadata: true,
      },
    });
    const file = this.write(name.replace(/ts$/, 'js'), outputText);
    return (await import(pathToFileURL(file).href)) as T;
  }
}
