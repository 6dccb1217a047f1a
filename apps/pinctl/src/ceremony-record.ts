import { accessSync, constants, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { formatVerifierKey, openSignedText, signedNote, verifierKey, type VerifierKey } from '#libs/audit';
import { keyLabel, type RegisteredKey } from '#libs/hsm';
import type { Ceremony } from '#libs/key-ceremony';
import { readKeyRegistrations, readRegisteredKeys } from '#libs/keys';
import { participants, type CeremonyOptions } from './ceremony.js';
import { loadSettings } from './config/settings.js';
import { Refused } from './terminal/refused.js';

/** First line of every record, so that a signed note of another kind is refused. */
const TITLE = 'pinward key ceremony v1';

/** An inventory of many generations, with all their attributes, has some ten thousand characters. */
const RECORD_AT_MOST = 4_194_304;

export interface RecordedCeremony {
  /** e.g. "rotate pin-transport" */
  readonly action: string;
  readonly keys: readonly RegisteredKey[];
  /** Other facts that are needed to judge the action; nothing secret. */
  readonly more?: Readonly<Record<string, unknown>>;
}

/**
 * Writes what was done, by whom, on which token, with every key's attributes, fingerprint and registrations (also those
 * of earlier runs, such as the officer's). The HSM signs it like tree heads of the audit trail. The verifier key is in
 * `<file>.keys` beside it, and proves nothing by itself (verifierKeysFor). @returns the file
 */
export async function writeRecord(
  { dataSource, token }: Ceremony,
  options: CeremonyOptions,
  { action, keys, more = {} }: RecordedCeremony,
): Promise<string> {
  const at = new Date().toISOString();
  const { label, manufacturer, model, serialNumber, firmware } = token.info;
  const attributes = token.attributes(keys);
  const registrations = await readKeyRegistrations(dataSource, keys.map(keyLabel));
  const record = {
    action,
    at,
    participants: participants(options),
    ...more,
    token: { label, manufacturer, model, serialNumber, firmware },
    keys: keys.map((key, index) => ({
      key: keyLabel(key),
      state: key.state,
      fingerprint: key.fingerprint.toString('hex'),
      ...(key.fingerprintIv === undefined ? {} : { fingerprintIv: key.fingerprintIv.toString('hex') }),
      expiresAt: key.expiresAt?.toISOString() ?? null,
      ...(attributes[index] ?? { attributes: null, mechanisms: null }),
      registrations: registrations
        .filter((registration) => registration.key === keyLabel(key))
        .map(({ state, at: registeredAt, subject }) => ({
          state,
          at: registeredAt.toISOString(),
          by: subject,
        })),
    })),
  };
  const text = `${TITLE}\n${JSON.stringify(record, null, 2)}\n`;
  const registered = await readRegisteredKeys(dataSource);
  const { signature, publicKey } = token.signRecord(registered, Buffer.from(text, 'utf8'));
  const key = verifierKey(loadSettings().audit.origin, publicKey);
  const note = signedNote(text, key, signature);
  const file = options.record ?? `key-ceremony-${at.replaceAll(/[-:]|\.\d+/g, '')}.txt`;
  writeFileSync(file, note, { flag: 'wx', mode: 0o644 });
  writeFileSync(keysBeside(file), `${formatVerifierKey(key)}\n`, { mode: 0o644 });
  return file;
}

export function keysBeside(record: string): string {
  return `${record}.keys`;
}

/** Checked before anything is made. @throws Refused when the record could not be written afterwards */
export function refuseUnwritable({ record = '.' }: CeremonyOptions): void {
  if (record !== '.' && existsSync(record))
    throw new Refused(`${record} exists: a record is never written over`);
  try {
    accessSync(record === '.' ? record : dirname(record), constants.W_OK);
  } catch {
    throw new Refused(
      `the record cannot be written to ${record === '.' ? 'this directory' : record}: --record`,
    );
  }
}

/** The record inside the signed note. @throws Refused when it is no such note, or no known key has signed it */
export function openRecord(file: string, keys: readonly VerifierKey[]): unknown {
  try {
    const text = openSignedText(readFileSync(file, 'utf8'), keys, 'the record', RECORD_AT_MOST);
    const [title, ...rest] = text.split('\n');
    if (title !== TITLE) throw new Error('this is no record of a key ceremony');
    return JSON.parse(rest.join('\n'));
  } catch (fault) {
    throw new Refused(fault instanceof Error ? fault.message : 'the record cannot be read');
  }
}
