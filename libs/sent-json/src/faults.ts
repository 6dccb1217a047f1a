import type { z } from 'zod';
import { holdsSecret } from '#libs/pan-mask';
import { UNKNOWN, UNKNOWN_MEMBER } from './sentences.js';

/** What is wrong with what was sent. */
export interface SentFault {
  /** RFC 6901; empty for the whole. */
  readonly pointer: string;
  readonly detail: string;
}

/** A word of lower-case and capitals in turn, or with lines between. Digits could be a PIN, and other text anything. */
const WORD = /^(?=.{2,40}$)[a-z]+(?:[A-Z][a-z]+|[_-][a-z]+)*$/;

export function faultsOf(issue: z.core.$ZodIssue): readonly SentFault[] {
  const { path, message: detail } = issue;
  if (issue.code !== 'unrecognized_keys') return [{ pointer: jsonPointer(path), detail }];
  return unknownMembers(issue.keys, path);
}

/** Each by its name, where that is sure to be a name. */
export function unknownMembers(
  names: readonly string[],
  path: readonly PropertyKey[] = [],
): readonly SentFault[] {
  const told = names.filter((name) => WORD.test(name) && !holdsSecret(name));
  const rest = told.length < names.length ? [{ pointer: jsonPointer(path), detail: UNKNOWN_MEMBER }] : [];
  return [...told.map((name) => ({ pointer: jsonPointer([...path, name]), detail: UNKNOWN })), ...rest];
}

/** RFC 6901, section 3. */
function jsonPointer(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
