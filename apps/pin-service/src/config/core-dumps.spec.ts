import { expect, it } from 'vitest';
import { coreDumpFault } from './core-dumps.js';

const limits = (soft: string, hard: string) =>
  `Max stack size            8388608              unlimited            bytes\nMax core file size        ${soft.padEnd(20)} ${hard.padEnd(20)} bytes\n`;
const OFF = { limits: limits('0', '0'), filter: '00000033\n', pattern: 'core\n' };

it('takes core dumps for off when no file may be written, and nothing is piped', () => {
  expect(coreDumpFault(OFF)).toBeNull();
  expect(coreDumpFault({ ...OFF, pattern: '|/usr/lib/handler', filter: '00000000\n' })).toBeNull();
});

it.each([
  ['a limit', { ...OFF, limits: limits('unlimited', 'unlimited') }, 'ulimit -c 0'],
  ['a limit that can be raised', { ...OFF, limits: limits('0', 'unlimited') }, 'ulimit -c 0'],
  ['a limit that cannot be read', { ...OFF, limits: '' }, 'ulimit -c 0'],
  ['a pipe that would get every mapping', { ...OFF, pattern: '|/usr/lib/handler' }, 'coredump_filter'],
])('does not with %s', (_, state, word) => {
  expect(coreDumpFault(state)).toContain(word);
});
