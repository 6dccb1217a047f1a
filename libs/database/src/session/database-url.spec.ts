import { expect, it } from 'vitest';
import { databaseUrlFault } from './database-url.js';

it.each([
  'postgresql://role:pass%2Fword@host/db',
  'postgres://role:p%40ss@host:5433/db?sslmode=verify-full&sslrootcert=/etc/ca.pem',
  'postgresql://role@[::1]:5432/db',
  'postgresql://host/db',
])('takes %s', (url) => {
  expect(databaseUrlFault(url)).toBeNull();
});

it.each([
  ['host=db dbname=pinward user=role', /key=value form of libpq/],
  ['mysql://role:secret@host/db', /must have the form postgresql/],
  ['', /must have the form/],
  ['postgresql://role:se%cret@host/db', /raw "%".*%25/],
  ['postgresql://role:secret%@host/db', /raw "%"/],
  ['postgresql://role:secret%ff@host/db', /no UTF-8/],
  ['postgresql://role:sec/ret@host/db', /raw "\/".*%2F/],
  ['postgresql://role:12/secret@host/db', /raw "\/".*%2F/],
  ['postgresql://role:12#secret@host/db', /raw "#".*%23/],
  ['postgresql://role:12?secret@host/db', /raw "\?".*%3F/],
  ['postgresql://role:secret@one:5432,two:5432/db', /several hosts/],
  ['postgresql://role:secret@host/db\n', /line end/],
  ['postgresql://role:secret@host:99999/db', /must have the form/],
])('says of %s what to change, and never the password', (url, words) => {
  const fault = databaseUrlFault(url);
  expect(fault).toMatch(words);
  expect(fault).not.toContain('secret');
});
