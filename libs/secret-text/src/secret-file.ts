import { closeSync, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';

const OTHERS = 0o007;
const GROUP = 0o070;
const GROUP_WRITES = 0o030;
const ROOT = 0;

/** Another user may read or change the secret. The message follows the setting's name and quotes nothing of it. */
export class ExposedSecretFile extends Error {
  override readonly name = 'ExposedSecretFile';
}

/**
 * The content of a file that only this user, or root, may read. All secrets from files are read here.
 *
 * @throws ExposedSecretFile, and the file system's error (errno)
 */
export function readSecretFile(file: string): Buffer {
  const descriptor = openSync(file, 'r');
  try {
    // Of the opened file: a name may lead elsewhere a moment later.
    const fault = exposure(fstatSync(descriptor), process.getuid?.() ?? ROOT);
    if (fault !== null) throw new ExposedSecretFile(fault);
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Its text without the line end that editors add. @throws as readSecretFile */
export function readSecretText(file: string): string {
  return readSecretFile(file)
    .toString('utf8')
    .replace(/\r?\n$/, '');
}

/** Why it could not be read, in words that follow the setting's name. */
export function secretFileFault(cause: unknown): string {
  if (cause instanceof ExposedSecretFile) return cause.message;
  const { code = 'no reason given' } = cause as NodeJS.ErrnoException;
  return `cannot be read (${code})`;
}

/**
 * PostgreSQL's rule for the keys of its servers and clients (libpq, section 32.19.1): no access for others, and none
 * for the group unless the file is root's. Root may let the group read it; Kubernetes does that for secrets with an
 * fsGroup.
 *
 * @returns null if no other user can read it
 */
export function exposure({ mode, uid }: Pick<Stats, 'mode' | 'uid'>, self: number): string | null {
  const octal = (mode & 0o777).toString(8).padStart(4, '0');
  if ((mode & OTHERS) !== 0)
    return `can be used by every user (mode ${octal}): chmod 0600, or 0640 where it is root's`;
  if (uid !== self && uid !== ROOT)
    return `belongs to another user (uid ${uid}): chown it to the user of this process, or to root`;
  if ((mode & (uid === ROOT ? GROUP_WRITES : GROUP)) !== 0)
    return uid === ROOT
      ? `can be changed by its group (mode ${octal}): chmod 0640`
      : `can be used by its group (mode ${octal}): chmod 0600, or make it root's`;
  return null;
}
