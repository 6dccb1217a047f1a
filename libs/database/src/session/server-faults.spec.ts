import { expect, it } from 'vitest';
import { judgeServer } from './server-faults.js';

const server = {
  version: '18.1',
  version_number: 180_001,
  encoding: 'UTF8',
  connections: 97,
  role_limit: -1,
  database_limit: -1,
  collation: 'en_US.utf8',
  collation_then: '2.36',
  collation_now: '2.36',
};

it('finds nothing wrong with a server as it should be', () => {
  expect(judgeServer(server, 12)).toEqual({ faults: [], warnings: [] });
  expect(judgeServer({ ...server, collation_then: null, collation_now: null }, 12).warnings).toEqual([]);
});

it.each([
  [{ version: '15.14', version_number: 150_014 }, 'PostgreSQL 15.14 is too old: 17 or newer is needed'],
  [{ encoding: 'LATIN1' }, "the database is encoded in LATIN1: make it anew with ENCODING 'UTF8'"],
  [{ connections: 14 }, 'max_connections leaves 14, DATABASE_POOL_SIZE=12 needs 15 for each replica'],
  [{ role_limit: 11 }, "the role's CONNECTION LIMIT is 11, DATABASE_POOL_SIZE=12 needs 12 for each replica"],
  [
    { database_limit: 0 },
    "the database's CONNECTION LIMIT is 0, DATABASE_POOL_SIZE=12 needs 12 for each replica",
  ],
])('says of %j what to change', (changed, words) => {
  expect(judgeServer({ ...server, ...changed }, 12).faults).toEqual([words]);
});

it('warns of a collation whose library has changed', () => {
  const { faults, warnings } = judgeServer({ ...server, collation_now: '2.41' }, 12);
  expect(faults).toEqual([]);
  expect(warnings).toEqual([expect.stringMatching(/from version 2\.36 to 2\.41.*REINDEX/)]);
});
