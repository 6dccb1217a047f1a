import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
// Not through the front door: the list is the library's own.
import { KEY_KINDS } from '../../libs/hsm/src/contract/keys.js';
import { TEXTS } from '../../libs/client/src/messages/texts.js';
import { EVENT_TYPES } from '../../libs/webhooks/src/event-types.js';
import { tableRows } from './markdown-table.js';

const firstCells = (page: string) =>
  tableRows(readFileSync(new URL(`../../docs/${page}`, import.meta.url), 'utf8')).map(([cell = '']) => cell);

describe('docs/webhooks.md', () => {
  it('names every event once, and none that does not exist', () => {
    const told = firstCells('webhooks.md').flatMap((cell) =>
      [...cell.matchAll(/`([a-z_]+\.[a-z_]+)`/g)].map(([, name = '']) => name),
    );
    expect(told.toSorted()).toEqual([...EVENT_TYPES].toSorted());
  });
});

describe('docs/messages.md', () => {
  it('has every text as the package has it', () => {
    const page = readFileSync(new URL('../../docs/messages.md', import.meta.url), 'utf8');
    const told = tableRows(page).flatMap(([name = '', text = '']) => {
      const [, code] = /^`([A-Z_]+)`$/.exec(name) ?? [];
      return code === undefined ? [] : [[code, text]];
    });
    expect(told).toEqual(Object.entries(TEXTS));
  });
});

describe('docs/pin-envelope.md', () => {
  it('has every kind of key in its key table, and none that does not exist', () => {
    const told = firstCells('pin-envelope.md').flatMap((cell) => /^`([a-z-]+)-N`$/.exec(cell)?.[1] ?? []);
    expect(told.toSorted()).toEqual([...KEY_KINDS].toSorted());
  });
});
