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
  it('is told once while it lasts, in our words, with its cause and without its own', async () => {
    const fault = new LastingFault(new Logger('Part'), 'something cannot be done now');
    const failing = async () => await Promise.reject(denied());
    await fault.within(failing);
    await fault.within(failing);
    expect(lines).toEqual([
      expect.objectContaining({ level: 'warn', message: 'something cannot be done now', cause: '42501' }),
    ]);
    expect(JSON.stringify(lines)).not.toContain('permission');
    await fault.within(async () => undefined);
    await fault.within(failing);
    expect(lines).toHaveLength(2);
  });
});

describe('the log', () => {
  it('takes no text that holds the words of an error', () => {
    const error = denied();
    new Logger('Part').error(`it failed: ${error.message}`, error);
    expect(lines).toEqual([expect.not.objectContaining({ message: expect.anything() as unknown })]);
  });
});
