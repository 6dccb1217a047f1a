import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { scanProcess, type Needle } from '../rigs/memory-scan.js';
import { ServiceKit } from './service-kit.js';

const OFFICER = 'officer-secret-8265';
const OTHER = 'unknown-secret-9174';
const LONG = 240_000;

let kit: ServiceKit;
beforeAll(async () => {
  kit = await ServiceKit.open({ PKCS11_SO_PIN: OFFICER, SOMETHING_NEW: OTHER });
});
afterAll(async () => await kit[Symbol.asyncDispose]());

const host = () => kit.service.hostPids()[0] ?? -1;
const of = (pid: number, file: string) => readFileSync(`/proc/${pid}/${file}`, 'latin1');
const tokenPin = () => kit.token.tokenPin.reveal();

function needles(): readonly Needle[] {
  const forms = [Buffer.from(tokenPin()), Buffer.from(tokenPin(), 'utf16le')];
  return forms.map((bytes, index) => ({ name: `token PIN, ${index + 1} byte(s) a character`, bytes }));
}

it('the HSM host has no secret in its environment or its arguments', () => {
  const environment = of(host(), 'environ');
  expect(environment).toContain('SOFTHSM2_CONF=');
  for (const secret of [tokenPin(), kit.database.serviceUrl, OFFICER, OTHER]) {
    expect(environment.includes(secret)).toBe(false);
    expect(of(host(), 'cmdline').includes(secret)).toBe(false);
  }
  expect(environment).not.toMatch(/DATABASE_URL|_PIN|SOMETHING_NEW/);
  // The service itself has them: otherwise nothing was looked for.
  expect(of(kit.service.pid, 'environ')).toContain(OFFICER);
});

it(
  'the HSM host forgets the token PIN when it has logged in, and so does the one after it',
  async () => {
    const forgotten = () => {
      const { hits, scannedBytes } = scanProcess(host(), needles());
      expect(scannedBytes).toBeGreaterThan(10_000_000);
      expect(hits).toEqual([]);
    };
    forgotten();
    // The service keeps it, for the next host: the scan finds what is there.
    expect(scanProcess(kit.service.pid, needles()).hits.length).toBeGreaterThan(0);
    const first = host();
    process.kill(first, 'SIGKILL');
    await expect
      .poll(async () => {
        const { status } = await kit.service.request('GET', '/health/ready', {});
        return [status, host() > 0 && host() !== first];
      })
      .toEqual([200, true]);
    forgotten();
  },
  LONG,
);

it('neither process may write a core dump, and no mapping would be in one that is piped', () => {
  for (const pid of [kit.service.pid, host()]) {
    expect(of(pid, 'limits')).toMatch(/^Max core file size +0 +0 /m);
    expect(of(pid, 'coredump_filter')).toMatch(/^0+\n$/);
  }
});
