import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { allCommands } from '../../apps/pinctl/src/commands/all-commands.js';
import { personsTold } from './persons-told.js';

const leaves = (command: Command, before: string): string[] => {
  const name = `${before} ${command.name()}`;
  return command.commands.length === 0 ? [name] : command.commands.flatMap((child) => leaves(child, name));
};

/** That every call over REST is told is a test of the API document. */
describe('docs/clients.md, how many persons', () => {
  it('answers for every command of the command line, and for none that does not exist', () => {
    const commands = allCommands().flatMap((command) => leaves(command, 'pinctl'));
    const told = personsTold().map(([call]) => call);
    expect(told.filter((call) => call.startsWith('pinctl ')).toSorted()).toEqual(commands.toSorted());
  });

  it('answers each with one of the answers that there are', () => {
    const answers = ['one', 'two', 'two for codes', 'two for more', 'by the HSM'];
    expect(personsTold().filter(([, persons]) => !answers.includes(persons))).toEqual([]);
  });
});
