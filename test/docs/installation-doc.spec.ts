import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../rigs/postgres.js';
import { freePort } from '../rigs/ports.js';
import { SOFTHSM_MODULE } from '../rigs/token.js';
import { PROJECT_ROOT } from '../support/project-root.js';
import { isAsShown, stepsOf, Terminal } from './walk-through.js';

const page = readFileSync(join(PROJECT_ROOT, 'docs/installation.md'), 'utf8');

/** Folders of the machine that the page changes. */
const FOLDERS = [
  '/opt',
  '/etc/pinward',
  '/etc/systemd/system',
  '/usr/lib/sysusers.d',
  '/usr/lib/tmpfiles.d',
  '/var/lib/pinward',
];

/**
 * Stands in for what only root of a machine with systemd may do: nobody becomes another account, files keep their owner, and
 * the unit's program runs with the unit's environment (test/deploy looks at the rest of these files).
 */
const MACHINE = `
set -o pipefail
trap 'failed="$failed $BASH_COMMAND"' ERR
runuser() { while [ "$1" != -- ]; do shift; done; shift; "$@"; }
chown() { :; }
install() {
  local words=()
  while [ $# -gt 0 ]; do case $1 in -o | -g) shift 2 ;; *) words+=("$1"); shift ;; esac; done
  command install "\${words[@]}"
}
systemd-sysusers() { [ -s "$1" ]; }
systemd-tmpfiles() { [ -s "$2" ]; }
systemctl() {
  local unit="$MACHINE/etc/systemd/system/pinward.service"
  case $1 in
    daemon-reload) [ -s "$unit" ] ;;
    enable)
      (
        set -a
        . "$MACHINE$(sed -n 's/^EnvironmentFile=//p' "$unit")"
        exec "$MACHINE$(sed -n 's/^ExecStart=//p' "$unit")" >"$MACHINE/log" 2>&1
      ) &
      echo $! >"$MACHINE/pid"
      ;;
    reload) kill -HUP "$(cat "$MACHINE/pid")" ;;
    *) return 1 ;;
  esac
}
`;

let root: string;
let server: TestServer;
let terminal: Terminal;
/** What the page says, as it is on this machine. */
let here: (text: string) => string;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'pinward-machine-'));
  for (const folder of [...FOLDERS, '/etc', '/home']) mkdirSync(join(root, folder), { recursive: true });
  // Not embedded by its name, since a rehearsal refuses that as production does; durable, since it demands that too.
  server = await startTestServer({ durable: true, settings: { cluster_name: 'rehearsed' } });
  const { port, password, username } = new URL(server.superuserUrl);
  const ports = new Map([['5432', port]]);
  for (const named of ['8443', '8444', '9090']) ports.set(named, String(await freePort()));
  here = (text) =>
    [
      ...FOLDERS.map(
        (folder) => [new RegExp(`(?<![\\w./])${folder}(?=[/\\s"])`, 'g'), `${root}${folder}`] as const,
      ),
      ...[...ports].map(([named, free]) => [new RegExp(`\\b${named}\\b`, 'g'), free] as const),
      [/\/usr\/lib\/softhsm\/libsofthsm2\.so/g, SOFTHSM_MODULE] as const,
      [/linux-x64/g, `linux-${process.arch}`] as const,
      [/^cd release$/gm, `cd ${join(root, 'home')}`] as const,
    ].reduce((changed, [pattern, by]) => changed.replaceAll(pattern, by), text);
  symlinkSync(process.execPath, join(root, 'home/node'));
  terminal = new Terminal(PROJECT_ROOT, {
    PATH: `${join(root, 'home')}:${process.env['PATH']}`,
    HOME: join(root, 'home'),
    MACHINE: root,
    PGHOST: '127.0.0.1',
    PGPORT: port,
    PGUSER: username,
    PGPASSWORD: decodeURIComponent(password),
    PINWARD_NO_APT: '1',
  });
  await terminal.type(MACHINE);
});
afterAll(async () => {
  await terminal.type('kill "$(cat "$MACHINE/pid")" 2>/dev/null && wait || :');
  terminal[Symbol.dispose]();
  await server.dispose();
  rmSync(root, { recursive: true });
});

describe('docs/installation.md', { timeout: 300_000 }, () => {
  it('leads, typed from its first command to its last, to a validated PIN under the rules of production', async () => {
    const steps = stepsOf(page);
    expect(steps.length).toBeGreaterThan(12);
    let printed = '';
    for (const step of steps) {
      if ('file' in step) {
        writeFileSync(here(step.file), here(step.content));
        continue;
      }
      const now = await terminal.type(here(step.commands));
      const failed = await terminal.type('echo "$failed"');
      if (failed.trim() !== '') expect.fail(`${step.commands}\nprints\n${now}\nFailed:${failed}`);
      if (step.shown !== undefined && !isAsShown(now, step.shown))
        expect.fail(
          `${step.commands}\nprints\n${now}\nThe service:\n${await terminal.type('cat "$MACHINE/log"')}`,
        );
      printed += now;
      if (step.commands.includes('npm run package'))
        cpSync(join(PROJECT_ROOT, 'release'), join(root, 'home'), { recursive: true });
    }
    expect(printed).toContain('"verified":true');
    // The same again, with what was rotated.
    const [first = ''] = steps.flatMap((step) =>
      'commands' in step && step.commands.includes('set-and-validate') ? [step.commands] : [],
    );
    expect(await terminal.type(here(first))).toContain('"verified":true');
    const head =
      'curl --silent --include --cacert /etc/pinward/tls/certificate.pem https://localhost:8443/none';
    expect(await terminal.type(here(head))).toMatch(/^pinward-environment: rehearsal\r$/im);
    expect(readFileSync(join(root, 'log'), 'utf8')).toContain('this is a rehearsal');
  });
});
