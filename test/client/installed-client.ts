import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { madeOnce } from '../rigs/run-folder.js';
import { PROJECT_ROOT } from '../support/project-root.js';

/** The package as a user has it: packed by `npm run package:client`, installed from that file into an empty project. */
export class InstalledClient {
  private constructor(
    private readonly folder: string,
    readonly tarball: string,
    /** Where a package.json and node_modules are, and nothing else. */
    readonly project: string,
  ) {}

  /** A copy of what is packed and installed once in a run. */
  static async make(): Promise<InstalledClient> {
    const folder = mkdtempSync(join(tmpdir(), 'pinward-client-'));
    cpSync(await madeOnce('client', installInto), folder, {
      recursive: true,
      verbatimSymlinks: true,
    });
    const [archive = ''] = readdirSync(folder).filter((file) => file.endsWith('.tgz'));
    return new InstalledClient(folder, join(folder, archive), join(folder, 'project'));
  }

  /** Writes a file of the project. @returns its path */
  file(name: string, text: string): string {
    const path = join(this.project, name);
    writeFileSync(path, text);
    return path;
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true });
  }
}

async function installInto(folder: string): Promise<void> {
  const words = ['scripts/bootstrap.mjs', 'package:client', folder];
  execFileSync(process.execPath, words, { cwd: PROJECT_ROOT, stdio: 'ignore' });
  const [archive = ''] = readdirSync(folder);
  const project = join(folder, 'project');
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{ "private": true }');
  // Nothing is fetched: it depends on nothing.
  const cache = join(folder, 'cache');
  const install = ['install', '--offline', '--no-audit', '--no-fund', '--cache', cache, join('..', archive)];
  execFileSync('npm', install, { cwd: project, stdio: 'ignore' });
  rmSync(cache, { recursive: true });
}
