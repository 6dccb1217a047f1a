import type { DatabaseSettings } from './database-settings.js';

/** Interval at which a running statement checks that its client is still there. */
const CONNECTION_CHECK_INTERVAL_MS = 1_000;

/**
 * What the code needs from a session. A server, a database and a role may have other defaults, but what a connection
 * asks for goes first (PostgreSQL, 19.1.2): so each connection asks.
 */
const TAKEN_FOR_GRANTED: Readonly<Record<string, string>> = {
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  TimeZone: 'UTC',
  bytea_output: 'hex',
  extra_float_digits: '1',
  search_path: 'public',
  standard_conforming_strings: 'on',
  array_nulls: 'on',
  transform_null_equals: 'off',
  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',
};

/** What a connection does not ask for: only a superuser may, or pg asks already, or it may be set on purpose. */
const EXPECTED: Readonly<Record<string, string>> = {
  default_transaction_read_only: 'off',
  client_encoding: 'UTF8',
  session_replication_role: 'origin',
  'plpgsql.variable_conflict': 'error',
};

/** Settings of a data source's connections, with the values that pg_settings shows; times in milliseconds. */
export function askedSettings(settings: DatabaseSettings): Readonly<Record<string, string>> {
  const timeouts = {
    statement_timeout: statementTimeoutMs(settings),
    lock_timeout: settings.lockTimeoutMs ?? 5_000,
    idle_in_transaction_session_timeout: settings.idleInTransactionTimeoutMs ?? 10_000,
    client_connection_check_interval: CONNECTION_CHECK_INTERVAL_MS,
  };
  const texts = Object.entries(timeouts).map(([name, value]) => [name, String(value)]);
  return { ...TAKEN_FOR_GRANTED, ...(Object.fromEntries(texts) as Record<string, string>) };
}

/** What a session must have, whether or not it could ask for it. */
export function expectedSettings(settings: DatabaseSettings): Readonly<Record<string, string>> {
  return { ...askedSettings(settings), ...EXPECTED };
}

export function statementTimeoutMs(settings: DatabaseSettings): number {
  return settings.statementTimeoutMs ?? 10_000;
}

/** In the form of the start-up packet's `options`, in which a blank ends a word (PostgreSQL, 32.1.2). */
export function commandLineOptions(asked: Readonly<Record<string, string>>): string {
  return Object.entries(asked)
    .map(([name, value]) => `-c ${name}=${value.replaceAll(/[\\ ]/g, '\\$&')}`)
    .join(' ');
}
