import type { DataSource } from 'typeorm';
import { poolOf } from '../queries.js';
import type { DatabaseSettings } from './database-settings.js';
import { askedSettings, expectedSettings } from './session-settings.js';

const READ = `
SELECT wanted.name AS name, coalesce(current_setting_of.setting, '') AS setting
  FROM unnest($1::text[]) AS wanted(name)
  LEFT JOIN pg_settings AS current_setting_of ON lower(current_setting_of.name) = lower(wanted.name)`;

const READ_ONLY = 'default_transaction_read_only';

/** PL/pgSQL's own settings exist only after a function has been called; before that they have their defaults. */
const LOAD_PLPGSQL = 'DO $$ BEGIN END $$';

/**
 * How the sessions of this data source differ from what is needed, one sentence each, with setting, value and remedy;
 * empty if nothing differs. Reads only.
 *
 * @param settings those of the data source
 */
export async function sessionFaults(
  dataSource: DataSource,
  settings: DatabaseSettings = {},
): Promise<string[]> {
  const expected = expectedSettings(settings);
  const asked = askedSettings(settings);
  const client = await poolOf(dataSource).connect();
  try {
    await client.query(LOAD_PLPGSQL);
    const { rows } = await client.query<{ name: string; setting: string }>(READ, [Object.keys(expected)]);
    return rows.flatMap(({ name, setting }) => {
      const wanted = expected[name];
      if (wanted === undefined || same(setting, wanted)) return [];
      if (name === READ_ONLY) return [`the database role may not write: ${name} is "${setting}"`];
      const shown = `${name} is "${setting}" and must be "${wanted}"`;
      return [
        name in asked
          ? `${shown}: this connection was not given what it asked for: ALTER ROLE … SET ${name} where a pooler passes no options on`
          : `${shown}: ALTER ROLE … RESET ${name}, or where else it is set`,
      ];
    });
  } finally {
    client.release();
  }
}

/** A pooler that ignores the start-up packet's options answers as if the server had taken them. */
export const POOLER_REMEDY = 'a pooler in front of PostgreSQL must be in session mode';

/** PostgreSQL may write quotes and blanks in a list as it likes. */
function same(setting: string, wanted: string): boolean {
  const plain = (text: string) => text.replaceAll(/[" ]/g, '').toLowerCase();
  return plain(setting) === plain(wanted);
}
