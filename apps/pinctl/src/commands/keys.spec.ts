import type { Command } from 'commander';
import { expect, it } from 'vitest';
import { KEY_KINDS, type KeyKind } from '#libs/hsm';
import { keySteps } from '#libs/keys';
import { keysCommand } from './keys.js';

const NOW = new Date('2026-11-29T12:00:00Z');
const OVER = '2026-11-20T12:00:00.000Z';

type Key = Parameters<typeof keySteps>[1][number];

/** Of each kind what leads to a command: none, a begun, a due and an ended generation, and one that has rows. */
function commandsOf(kind: KeyKind): readonly string[] {
  const key = (generation: number, state: Key['state'], more: Partial<Key> = {}): Key => ({
    key: `${kind}-${generation}`,
    generation,
    state,
    dueAt: null,
    expiresAt: null,
    neededBy: [],
    ...more,
  });
  const current = key(2, 'current', { dueAt: OVER });
  const ofReseal = { wayOff: 'reseal', installationPercent: 1 } as const;
  const cases: readonly (readonly Key[])[] = [
    [],
    [current],
    [key(3, 'announced'), current],
    [key(3, 'prepared'), current],
    [current, key(1, 'expired')],
    ...(['card-vault', 'lookup', 'secrets'].includes(kind)
      ? [[current, key(1, 'accepted', { neededBy: [ofReseal] })]]
      : []),
  ];
  return cases.flatMap((keys) =>
    keySteps(kind, keys, { holders: [], now: NOW }).flatMap(({ command }) => command ?? []),
  );
}

function commandNamed(parent: Command, name: string | undefined): Command {
  const found = parent.commands.find((command) => command.name() === name);
  if (found === undefined) throw new Error(`${parent.name()} has no ${name}`);
  return found;
}

it('every command that is named as the next step is one of pinctl, with its arguments and options', () => {
  const commands = [...new Set(KEY_KINDS.flatMap(commandsOf))];
  expect(commands).toContain('pinctl keys rotate manifest-signing --prepare');
  expect(commands).toContain('pinctl keys reseal secrets');
  for (const command of commands) {
    const [program, group, name, ...rest] = command.split(' ');
    expect([program, group]).toEqual(['pinctl', 'keys']);
    const known = commandNamed(keysCommand(), name);
    const { operands, unknown } = known.parseOptions(rest);
    expect({ command, unknown, operands: operands.length }).toEqual({
      command,
      unknown: [],
      operands: known.registeredArguments.filter(({ required }) => required).length,
    });
    if (name === 'rotate') expect(known.description()).toContain(operands[0]);
    if (name === 'reseal') expect(known.description()).toContain(operands[0]);
  }
});
