import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { randomInt, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fieldFor } from '#libs/client/pin-block';
import { NeedleSet, pinNeedles, scanFile, scanProcess, scanText, type PinOfCard } from './memory-scan.js';

const PROGRAM = fileURLToPath(new URL('planted-process.ts', import.meta.url));
const MIB = 1 << 20;
const randomDigits = () =>
  Array.from({ length: 12 }, (_, index) => (index < 4 ? index : randomInt(10))).join('');

function somePin(): PinOfCard {
  return { pin: randomDigits(), pinAccount: randomDigits(), cardId: randomUUID() };
}

const fieldOf = async ({ pin, pinAccount, cardId }: PinOfCard) =>
  Buffer.from(await fieldFor(pin, pinAccount, cardId));

describe('scan of a process', () => {
  let child: ChildProcessByStdio<Writable, Readable, null>;

  beforeEach(() => {
    child = spawn(process.execPath, [PROGRAM], { stdio: ['pipe', 'pipe', 'inherit'] });
  });

  afterEach(async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });

  async function plant(as: 'buffer' | 'string' | 'array' | 'number', secret: Buffer): Promise<void> {
    const masked = Array.from(secret, (byte) => byte ^ 0x5a);
    child.stdin.write(`${JSON.stringify({ as, masked })}\n`);
    await once(child.stdout, 'data');
  }

  const scan = (needles: Awaited<ReturnType<typeof pinNeedles>>) => scanProcess(child.pid ?? -1, needles);

  it('finds every form of a planted PIN, and nothing of another PIN', async () => {
    const [planted, control] = [await pinNeedles(somePin()), await pinNeedles(somePin())];
    for (const { bytes } of planted) await plant('buffer', bytes);
    const { hits, scannedBytes } = scan([
      ...planted,
      ...control.map((needle) => ({ ...needle, name: 'control' })),
    ]);
    expect(new Set(hits.map(({ needle }) => needle))).toEqual(new Set(planted.map(({ name }) => name)));
    expect(scannedBytes).toBeGreaterThan(20 * MIB);
  });

  it('finds nothing in a process that was told nothing', async () => {
    const secret = somePin();
    await plant('buffer', Buffer.from('something else'));
    const { hits, scannedBytes, unreadableBytes } = scan(await pinNeedles(secret));
    expect(hits).toEqual([]);
    expect(scannedBytes).toBeGreaterThan(20 * MIB);
    expect(unreadableBytes).toBeLessThan(MIB);
  });

  it.each([
    ['string', 'PIN as digits'],
    ['array', 'PIN field as elements of V8 small integers'],
    ['number', 'PIN as floating point'],
  ] as const)('finds what V8 keeps as a %s', async (as, needle) => {
    const secret = somePin();
    await plant(as, as === 'array' ? await fieldOf(secret) : Buffer.from(secret.pin));
    const { hits } = scan(await pinNeedles(secret));
    expect(hits.map((hit) => hit.needle)).toContain(needle);
  });

  it('never repeats what it found', async () => {
    const secret = somePin();
    await plant('buffer', Buffer.from(secret.pin));
    expect(inspect(scan(await pinNeedles(secret)), { depth: null })).not.toContain(secret.pin);
  });

  it('refuses a process that is not there', async () => {
    const needles = await pinNeedles(somePin());
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(() => scan(needles)).toThrow();
  });
});

describe('scan of texts and files', () => {
  it('finds the forms in which logs and dumps would show a PIN', async () => {
    const secret = somePin();
    const field = await fieldOf(secret);
    const shown = [
      `{"pin":"${secret.pin}"}`,
      JSON.stringify(field),
      inspect(field),
      inspect(new Uint8Array(field)),
      `\\x${field.toString('hex')}`,
      Buffer.concat([Buffer.from('x'), field, Buffer.from('yz')]).toString('base64'),
      Buffer.concat([Buffer.from('xy'), field]).toString('base64url'),
      field.toString('base64'),
      field.toString('hex').toUpperCase(),
      String(field.readBigUInt64BE()),
      field.toString('latin1'),
    ];
    const needles = await pinNeedles(secret);
    const missed = shown.filter((text) => scanText(`before ${text} after`, needles).length === 0);
    expect(missed).toEqual([]);
    expect(scanText('before and after', needles)).toEqual([]);
  });

  it('finds a needle wherever the pieces of a file are cut, once', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pinward-scan-'));
    const needle = { name: 'needle', bytes: Buffer.from('0123456789ab') };
    // The bytes that are carried over from piece to piece are as long as the longest needle.
    const longer = { name: 'longer', bytes: Buffer.from('not in any of these files') };
    for (let offset = 0; offset <= 40; offset += 1) {
      const path = join(folder, `${offset}`);
      writeFileSync(path, Buffer.concat([Buffer.alloc(offset, 'x'), needle.bytes, Buffer.alloc(30, 'y')]));
      expect(scanFile(path, [needle, longer], 16)).toEqual([{ needle: 'needle', offset }]);
    }
    rmSync(folder, { recursive: true });
  });

  it('tells needles apart that begin alike', () => {
    const needles = ['abcdefgh', 'abcdefzz', 'abcdef'].map((text) => ({
      name: text,
      bytes: Buffer.from(text),
    }));
    const found = scanText('..abcdefgh.abcdef', needles).map(({ needle, offset }) => [needle, offset]);
    expect(found).toEqual([
      ['abcdefgh', 2],
      ['abcdef', 2],
      ['abcdef', 11],
    ]);
  });

  it('refuses needles that prove nothing', async () => {
    expect(() => new NeedleSet([])).toThrow(RangeError);
    expect(() => new NeedleSet([{ name: 'short', bytes: Buffer.from('1234') }])).toThrow(
      'short is too short',
    );
    for (const pin of ['1234', '111111111111']) {
      await expect(pinNeedles({ ...somePin(), pin })).rejects.toThrow('random PIN of 12 digits');
    }
  });
});
