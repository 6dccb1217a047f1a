import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ROOT } from '../bootstrap/paths.mjs';
import { Explained } from '../bootstrap/terminal.mjs';
import { isLater, releasedChangelog } from './changelog.js';

const run = promisify(execFile);

/**
 * The commit and the tag of a release: the changelog's section gets version and date, package.json, its lock and the client's the version.
 * Nothing is pushed. Where git is told to sign (tag.gpgSign), the tag is signed.
 *
 * @throws Explained before anything is changed
 */
export async function release(version: string, now: Date): Promise<void> {
  const tag = `v${version}`;
  if ((await git('status', '--porcelain')) !== '')
    throw new Explained('There are changes that are not committed.');
  if ((await git('tag', '--list', tag)) !== '') throw new Explained(`The tag ${tag} is there already.`);
  const before = (JSON.parse(read('package.json')) as { readonly version: string }).version;
  const isFirst = (await git('tag', '--list', 'v*')) === '';
  if (!isLater(version, before) && !(isFirst && version === before))
    throw new Explained(`${JSON.stringify(version)} is no version after ${before}.`);
  const changelog = releasedChangelog(read('CHANGELOG.md'), version, now);

  write('CHANGELOG.md', changelog);
  for (const name of ['package.json', 'libs/client/package.json'])
    write(name, withVersion(read(name), version));
  write('package-lock.json', withVersion(read('package-lock.json'), version, 2));
  await git('commit', '--quiet', '--all', '--message', `chore(release): ${version}`);
  await git('tag', '--annotate', tag, '--message', `Pinward ${version}`);
  console.log(`${tag} is committed and tagged, and not pushed.`);
}

/** @param times how often its own version stands there, before those of packages */
function withVersion(json: string, version: string, times = 1): string {
  let seen = 0;
  return json.replaceAll(/"version": "[^"]*"/g, (found) => {
    seen += 1;
    return seen > times ? found : `"version": "${version}"`;
  });
}

function read(name: string): string {
  return readFileSync(join(ROOT, name), 'utf8');
}

function write(name: string, text: string): void {
  writeFileSync(join(ROOT, name), text);
}

async function git(...args: readonly string[]): Promise<string> {
  const { stdout } = await run('git', args, { cwd: ROOT });
  return stdout.trim();
}
