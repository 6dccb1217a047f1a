import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../support/project-root.js';

const FILES = join(PROJECT_ROOT, 'deploy/systemd');
const UNIT = join(FILES, 'pinward.service');
const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;
const isRoot = process.getuid?.() === 0;

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'pinward-systemd-'));
});
afterAll(() => rmSync(root, { recursive: true }));

/** @returns what it prints, on both streams */
function run(program: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  expect(status, `${stdout}${stderr}`).toBe(0);
  return stdout + stderr;
}

describe.skipIf(!hasSystemd)('the unit', () => {
  it('is understood, every word of it', () => {
    const unit = join(root, 'pinward.service');
    // The program is where this checkout has it.
    const here = readFileSync(UNIT, 'utf8').replace(
      '/opt/pinward/bin',
      join(PROJECT_ROOT, 'apps/pin-service/bin'),
    );
    writeFileSync(unit, here);
    expect(run('systemd-analyze', 'verify', unit)).toBe('');
    writeFileSync(unit, here.replace('ProtectClock=', 'ProtectClocks='));
    expect(run('systemd-analyze', 'verify', unit)).toContain('ProtectClocks');
  });

  it('leaves the service an exposure under 2.0', () => {
    expect(run('systemd-analyze', 'security', '--offline=true', '--threshold=20', UNIT)).toContain(
      'exposure level',
    );
    const open = join(root, 'open.service');
    writeFileSync(
      open,
      readFileSync(UNIT, 'utf8').replaceAll(/^(SystemCallFilter|ProtectSystem|PrivateUsers)=.*$/gm, ''),
    );
    expect(
      spawnSync('systemd-analyze', ['security', '--offline=true', '--threshold=20', open]).status,
    ).not.toBe(0);
  });

  it('gives a stop the time that it takes, and lets no memory reach a disk', () => {
    const unit = readFileSync(UNIT, 'utf8');
    const configuration = readFileSync(join(PROJECT_ROOT, 'docs/configuration.md'), 'utf8');
    const [, deadline] = /`SHUTDOWN_DEADLINE_MS`\s*\| `(\d+)`/.exec(configuration) ?? [];
    const [, stop] = /^TimeoutStopSec=(\d+)s$/m.exec(unit) ?? [];
    // SHUTDOWN_LINGER_MS is 5 s in production.
    expect(Number(stop) * 1_000).toBeGreaterThan(Number(deadline) + 5_000 + 5_000);
    expect(unit).toMatch(/^LimitCORE=0$/m);
    expect(unit).toMatch(/^CoredumpFilter=0x0$/m);
  });
});

describe.skipIf(!hasSystemd || !isRoot)('the account and its folders', () => {
  it('are made: settings are read by its group alone, and it may write nothing but its state', () => {
    mkdirSync(join(root, 'etc'));
    run('systemd-sysusers', `--root=${root}`, join(FILES, 'pinward.sysusers.conf'));
    const [, , uid, gid, , home, shell] = readFileSync(join(root, 'etc/passwd'), 'utf8').trim().split(':');
    expect([home, shell]).toEqual(['/var/lib/pinward', '/usr/sbin/nologin']);
    execFileSync('systemd-tmpfiles', [`--root=${root}`, '--create', join(FILES, 'pinward.tmpfiles.conf')]);
    const settings = statSync(join(root, 'etc/pinward'));
    const state = statSync(join(root, 'var/lib/pinward'));
    expect([settings.uid, settings.gid, settings.mode & 0o777]).toEqual([0, Number(gid), 0o750]);
    expect([state.uid, state.gid, state.mode & 0o777]).toEqual([Number(uid), Number(gid), 0o750]);
  });
});
