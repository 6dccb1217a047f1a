import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { compiledFile } from '#libs/program-files';
import { StartRefused } from '../start-refused.js';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

export interface ConsoleFile {
  readonly type: string;
  readonly plain: Buffer;
  readonly gzipped: Buffer;
  readonly etag: string;
  /** Its name tells its content: a browser may keep it for ever. */
  readonly isHashed: boolean;
}

/** The built console: read once, and served from memory. */
export class ConsoleFiles {
  /** @param byName names below /console/ */
  constructor(private readonly byName: ReadonlyMap<string, ConsoleFile>) {}

  get(name: string): ConsoleFile | undefined {
    return this.byName.get(name);
  }
}

/** @throws StartRefused where the console has not been built */
export function readConsoleFiles(folder = compiledFile('console')): ConsoleFiles {
  let names: readonly string[];
  try {
    names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  } catch (cause) {
    throw new StartRefused(`the console is not there (${folder}): it is made by npm run build`, { cause });
  }
  const files = names.flatMap((name) => {
    const type = TYPES[extname(name)];
    return type === undefined ? [] : [[name, readFileOf(join(folder, name), name, type)] as const];
  });
  return new ConsoleFiles(new Map(files));
}

function readFileOf(path: string, name: string, type: string): ConsoleFile {
  const plain = readFileSync(path);
  const etag = `"${createHash('sha256').update(plain).digest('base64url')}"`;
  return { type, plain, gzipped: gzipSync(plain, { level: 9 }), etag, isHashed: name.startsWith('assets/') };
}
