import type { z } from 'zod';

type Issue = z.core.$ZodRawIssue;

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

const FORMATS: Readonly<Record<string, string>> = {
  uuid: 'must be a UUID',
  datetime: 'must be a time of RFC 3339 in UTC',
  base64: 'must be base64',
  url: 'must be a URL',
};

/** What is wrong, in words of our own: the library's change with its versions. None repeats what was sent. */
export function sentence(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? 'is missing'
        : `must be ${TYPES[issue.expected] ?? 'of another type'}`;
    case 'invalid_value':
      return `must be ${oneOf(issue.values)}`;
    case 'too_small':
      return bound('at least', issue.minimum, issue.origin);
    case 'too_big':
      return bound('at most', issue.maximum, issue.origin);
    case 'invalid_format':
      return FORMATS[issue.format] ?? 'has another form';
    case 'unrecognized_keys':
      return UNKNOWN_MEMBER;
    case 'invalid_key':
      return 'has a member whose name is not possible';
    default:
      return 'is not possible';
  }
}

/** Where the name of the member cannot be told. */
export const UNKNOWN_MEMBER = 'has a member that is not known here';
/** Where it is told. */
export const UNKNOWN = 'is not known here';

function oneOf(values: readonly unknown[]): string {
  const words = values.map((value) => `"${String(value)}"`);
  return words.length === 1 ? `${words[0]}` : `one of ${words.join(', ')}`;
}

function bound(side: string, limit: number | bigint, origin: string): string {
  const things = { string: 'character', array: 'item' }[origin];
  if (things === undefined) return `must be ${side} ${limit}`;
  return `must have ${side} ${limit} ${things}${Number(limit) === 1 ? '' : 's'}`;
}
