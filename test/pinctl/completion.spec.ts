import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../support/project-root.js';
import { pinctlProcess } from './pinctl-process.js';
import { pinctl } from './run-pinctl.js';

let script: string;

beforeAll(async () => {
  const { code, stdout, stderr } = await pinctlProcess(['completion', 'bash'], {});
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  script = stdout;
});

/** What bash itself would offer behind this line. */
function offered(line: string): readonly string[] {
  const words = line.split(' ').map((word) => `'${word}'`);
  const asked = `COMP_WORDS=(${words.join(' ')}); COMP_CWORD=${words.length - 1}; _pinctl; printf '%s\n' "\${COMPREPLY[@]}"`;
  const out = execFileSync('bash', ['--norc', '-uc', `${script}\n${asked}`], { encoding: 'utf8' });
  return out.split('\n').filter((word) => word !== '');
}

describe('pinctl completion bash', () => {
  it.each([
    ['pinctl ke', ['keys']],
    ['pinctl keys ro', ['rotate']],
    ['pinctl keys rotate --par', ['--participant']],
    ['pinctl keys init --role off', ['officer']],
    ['pinctl keys --json list --', ['--json', '--help']],
    ['pinctl brakes pull ev', ['everything']],
    ['pinctl brakes pull operation pin.validate --all', ['--all-tenants']],
    ['pinctl completion b', ['bash']],
    ['pinctl audit reconcile --ev', ['--events-lost']],
    ['pinctl restore --ev', ['--events-lost']],
    ['pinctl --ver', ['--version']],
    ['pinctl keys rotate nothing-like-it', []],
  ])('offers behind %j %j', (line, words) => {
    expect(offered(line)).toEqual(words);
  });

  it('offers every command of the help, and nothing twice', () => {
    const all = offered('pinctl ');
    expect(all).toEqual(expect.arrayContaining(['status', 'hsm', 'keys', 'db', 'restore', 'completion']));
    expect(new Set(all).size).toBe(all.length);
  });

  it('is registered for pinctl, with files where nothing fits', () => {
    const shown = execFileSync('bash', ['--norc', '-c', `${script}\ncomplete -p pinctl`], {
      encoding: 'utf8',
    });
    expect(shown.trim()).toBe('complete -o default -F _pinctl pinctl');
  });
});

it('pinctl --version tells the version of package.json', async () => {
  const { version } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8')) as {
    version: string;
  };
  expect(await pinctlProcess(['--version'], {})).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
});

it('pinctl restore and audit reconcile take the same sources of what was lost', async () => {
  const optionsOf = async (...command: readonly string[]) =>
    (await pinctl([...command, '--help'], {})).stdout.match(/^ {2}--\S+/gm)?.map((option) => option.trim()) ??
    [];
  const own = ['--yes', '--json', '--dry-run'];
  const [restore, reconcile] = [await optionsOf('restore'), await optionsOf('audit', 'reconcile')];
  expect(restore.filter((option) => !own.includes(option))).toHaveLength(6);
  expect(restore.filter((option) => !own.includes(option))).toEqual(
    reconcile.filter((option) => !own.includes(option)),
  );
});
