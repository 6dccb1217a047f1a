import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';

const SYSTEM_FILE = '/etc/softhsm/softhsm2.conf';

/**
 * SoftHSM2 answers CKR_GENERAL_ERROR to every fault in its configuration. This finds the missing file or directory.
 *
 * @param configuration the value of SOFTHSM2_CONF; the system's file if absent
 * @returns null for another module, and when nothing is wrong.
 */
export function softHsmFault(module: string, configuration: string | undefined): string | null {
  if (!basename(module).includes('softhsm')) return null;
  const file = configuration ?? [join(homedir(), '.config/softhsm2/softhsm2.conf'), SYSTEM_FILE].find(isFile);
  if (file === undefined) return `SOFTHSM2_CONF is not set, and there is no ${SYSTEM_FILE}`;
  const text = readOrNull(file);
  if (text === null) return `SOFTHSM2_CONF: ${file} is missing or cannot be read`;
  const [, directory] = /^\s*directories\.tokendir\s*=\s*(.+?)\s*$/m.exec(text) ?? [];
  if (directory === undefined) return `SOFTHSM2_CONF: ${file} names no directories.tokendir`;
  if (!isDirectory(directory)) return `the token directory ${directory} of ${file} is missing`;
  return isUsable(directory)
    ? null
    : `the token directory ${directory} of ${file} cannot be written by this user`;
}

function readOrNull(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function isUsable(directory: string): boolean {
  try {
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
