import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { readEnvironment } from '../../scripts/development/environment.js';
import { portOf } from '../../scripts/development/service-port.js';

const run = (args: readonly string[], env: Readonly<Record<string, string>>) =>
  spawnSync(process.execPath, ['scripts/bootstrap.mjs', ...args], {
    env: { PATH: process.env['PATH'], PINWARD_NO_APT: '1', ...env },
    encoding: 'utf8',
  });

describe('PORT', () => {
  it('is a whole number, or 8443 where there is none', () => {
    expect([undefined, '0', '8080', '65535'].map(portOf)).toEqual([8443, 0, 8080, 65_535]);
  });

  it.each(['', ' ', 'abc', '1e3', '-1', '65536', '8443 ', '0x10'])(
    'is not %j, which is said in a sentence',
    (port) => {
      expect(() => portOf(port)).toThrow(
        `PORT is ${JSON.stringify(port)}: it must be a whole number from 0 to 65535.`,
      );
    },
  );
});

describe('SANDBOX', () => {
  it('reaches the development service, which has none unless it is set', () => {
    expect(readEnvironment({ SANDBOX: 'true' }).forService['SANDBOX']).toBe('true');
    expect(readEnvironment({}).forService['SANDBOX']).toBeUndefined();
  });
});

describe('the temporary directory', () => {
  it('is another one, loudly, where TMPDIR does not exist', () => {
    const { status, stderr } = run(['--help'], { TMPDIR: '/nowhere/tmp' });
    expect(status).toBe(0);
    expect(stderr).toMatch(/\/nowhere\/tmp \(TMPDIR\) does not exist; \/tmp is used/);
    expect(run(['--help'], { TMPDIR: '/tmp' }).stderr).toBe('');
  });
});

describe('npm start', () => {
  it.each([
    [{ PORT: '1e3' }, 'PORT is "1e3"'],
    [{ PORT: '8443', HOST: '203.0.113.7' }, 'HOST is 203.0.113.7, and this machine has no such address.'],
  ])('with %j says what to change, without a stack', (env, words) => {
    const { status, stderr } = run(['start'], { PINWARD_VAR_DIR: '/tmp/pinward-no-start', ...env });
    expect(status).toBe(1);
    expect(stderr).toContain(words);
    expect(stderr).not.toMatch(/^ +at /m);
  });
});
