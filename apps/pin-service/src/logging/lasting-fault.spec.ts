import { beforeEach, describe, expect, it } from 'vitest';
import { Logger } from '@nestjs/common';
import { FrameworkLog } from './framework-log.js';
import { LastingFault } from './lasting-fault.js';
import { Log } from './log.js';

let lines: Record<string, unknown>[];
beforeEach(() => {
  lines = [];
  const write = (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>);
  Logger.overrideLogger(new FrameworkLog(new Log('debug', { write })));
});

const denied = () => Object.assign(new Error('permission denied for "4000001234567899"'), { code: '42501' });

describe('a fault that comes back', () => {
  const failing = (thrown: Error) => async () => {
    throw thrown;
  };
  const messages = () => lines.map(({ message, cause }) => [message, cause]);

  it('is told with its cause and without its own words, and when it is over', async () => {
    const fault = new LastingFault(new Logger('Part'), 'something cannot be done now');
    await fault.within(failing(denied()));
    await fault.within(failing(denied()));
    expect(fault.cause).toBe('Error 42501');
    expect(lines).toEqual([
      expect.objectContaining({ level: 'warn', message: 'something cannot be done now', cause: '42501' }),
    ]);
    expect(JSON.stringify(lines)).not.toContain('permission');
    await fault.within(async () => undefined);
    await fault.within(async () => undefined);
    expect(fault.cause).toBeNull();
    await fault.within(failing(denied()));
    expect(messages()).toEqual([
      ['something cannot be done now', '42501'],
      ['over, after 2 times: something cannot be done now', undefined],
      ['something cannot be done now', '42501'],
    ]);
  });

  it('is told again once its cause is another one, and once a minute with a count', async () => {
    let now = 0;
    const fault = new LastingFault(new Logger('Part'), 'no', () => now);
    for (let times = 0; times < 30; times += 1) await fault.within(failing(denied()));
    await fault.within(failing(Object.assign(new Error(), { code: 'ENOSPC' })));
    expect(messages()).toEqual([
      ['no', '42501'],
      ['no (30 times since it was told)', 'ENOSPC'],
    ]);
    for (now = 1_000; now <= 60_000; now += 1_000)
      await fault.within(failing(Object.assign(new Error(), { code: 'ENOSPC' })));
    expect(messages().slice(2)).toEqual([['no (60 times since it was told)', 'ENOSPC']]);
  });
});

describe('work that is done alone', () => {
  it('is not begun again while it is under way, and can be waited for', async () => {
    const fault = new LastingFault(new Logger('Part'), 'no');
    const begun: (() => void)[] = [];
    const work = () => new Promise<void>((resolve) => void begun.push(resolve));
    const ended: string[] = [];
    const first = fault.alone(work).then(() => ended.push('first'));
    const second = fault.alone(work).then(() => ended.push('second'));
    const settled = fault.settled().then(() => ended.push('settled'));
    expect(begun).toHaveLength(1);
    begun[0]?.();
    await Promise.all([first, second, settled]);
    expect(ended.toSorted()).toEqual(['first', 'second', 'settled']);
    void fault.alone(work);
    expect(begun).toHaveLength(2);
  });

  it('may fail: that is told, and the next begins', async () => {
    const fault = new LastingFault(new Logger('Part'), 'no');
    await fault.alone(async () => {
      throw denied();
    });
    await fault.settled();
    expect(fault.cause).toBe('Error 42501');
    await fault.alone(async () => undefined);
    expect(fault.cause).toBeNull();
  });
});

describe('the log', () => {
  it('takes no text that holds the words of an error', () => {
    const error = denied();
    new Logger('Part').error(`it failed: ${error.message}`, error);
    expect(lines).toEqual([expect.not.objectContaining({ message: expect.anything() as unknown })]);
  });
});
