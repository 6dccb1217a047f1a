import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { randomPins, writePinsFile } from '../../scripts/demo/demo-pins.js';
import { Steps } from '../../scripts/demo/steps.js';
import type { Reply } from '../../scripts/service/api.js';
import { clientWith, readDevelopmentService } from '../../scripts/service/development-file.js';

const reply = (status: number, body: Reply['body']) => async (): Promise<Reply> => {
  return { method: 'POST', path: '/v1/cards/1/pin/validate', status, body };
};

const directory = () => mkdtempSync(join(tmpdir(), 'pinward-demo-'));

describe('a step of the demo', () => {
  const expected = { status: 200, body: { verified: true, pinStatus: 'active' } };

  it('prints its number, the call, the status and the body', async () => {
    const printed: string[] = [];
    const steps = new Steps((line) => printed.push(line));
    await steps.step('First.', reply(200, {}), { status: 200 });
    await steps.step('The PIN is validated.', reply(200, { verified: true, pinStatus: 'active' }), expected);
    expect(printed.slice(-4)).toEqual([
      ' 2. The PIN is validated.',
      '    POST /v1/cards/1/pin/validate -> 200',
      '    {"verified":true,"pinStatus":"active"}',
      '',
    ]);
  });

  it.each([
    ['another status', reply(423, { verified: true, pinStatus: 'active' })],
    ['another value', reply(200, { verified: false, pinStatus: 'active' })],
    ['a missing member', reply(200, { verified: true })],
  ])('stops at %s, and says what was due', async (_, call) => {
    const steps = new Steps(() => undefined);
    await expect(steps.step('The PIN is validated.', call, expected)).rejects.toMatchObject({
      name: 'Explained',
      message: expect.stringContaining('Step 1 did not go as expected: status 200'),
    });
  });

  it('cuts long values such as a modulus', async () => {
    const printed: string[] = [];
    const steps = new Steps((line) => printed.push(line));
    await steps.step('Keys.', reply(200, { keys: [{ kid: 'pin-transport-1', n: 'x'.repeat(512) }] }), {
      status: 200,
    });
    expect(printed.join('\n')).toContain('512 characters');
    expect(printed.join('\n')).not.toContain('x'.repeat(30));
  });
});

describe('the PINs of the demo', () => {
  it('are random, different, of 12 digits', () => {
    const { first, second, third, wrong } = randomPins(3);
    const pins = [first, second, third, ...wrong];
    expect(new Set([...pins, randomPins(0).first]).size).toBe(7);
    expect(pins.every((pin) => /^[0-9]{12}$/.test(pin))).toBe(true);
  });

  it('go into a new file that only its owner reads', () => {
    const file = join(directory(), 'pins.json');
    const pins = randomPins(1);
    const card = { cardId: '1', pinAccount: '987654321098' };
    writePinsFile(file, card, pins);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      ...card,
      pins: [pins.first, pins.second, pins.third, ...pins.wrong],
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(() => writePinsFile(file, card, pins)).toThrow('EEXIST');
  });
});

describe('the running service', () => {
  it('is explained when there is none', () => {
    const file = join(directory(), 'dev.json');
    expect(() => readDevelopmentService(file)).toThrow('npm start');
    writeFileSync(file, '{"baseUrl":');
    expect(() => readDevelopmentService(file)).toThrow('npm start');
  });

  it('lends the client that holds the scopes', () => {
    const operator = { clientId: 'operator-1', scopes: ['ops:unlock'], clientSecret: 's' };
    const service = { baseUrl: 'https://127.0.0.1:8443', ca: '', clients: [operator], manifestPins: [] };
    expect(clientWith(service, 'ops:unlock')).toBe(operator);
    expect(() => clientWith(service, 'ops:unlock', 'pin:set')).toThrow('ops:unlock pin:set');
  });
});
