import { StandardSchemaValidationPipe, type ArgumentMetadata } from '@nestjs/common';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { PinwardError } from '#libs/errors';
import { isInherited, MalformedBody } from './json-body.js';

/** At most this many faults are told. */
const MAX_FAULTS = 20;
const UNKNOWN_MEMBER = 'has a member that is not known here';

/** The guards have passed by now: what is no JSON is refused here. */
class ValidationPipe extends StandardSchemaValidationPipe {
  override async transform<T>(value: T, metadata: ArgumentMetadata): Promise<T> {
    if (value instanceof MalformedBody) throw value.refusal;
    // Strict schemas would take these for members of their own; those of a body were looked at when it was read.
    if (metadata.type === 'query' && Object.keys(value ?? {}).some(isInherited)) throw unknownMember();
    return await super.transform(value, metadata);
  }
}

/** Checks bodies and queries against the zod schema named beside the parameter; faults become JSON pointers. */
export const validationPipe = new ValidationPipe({
  exceptionFactory: (issues: readonly StandardSchemaV1.Issue[]) =>
    new PinwardError('REQUEST_INVALID', {
      errors: issues
        .slice(0, MAX_FAULTS)
        .map((issue) => ({ pointer: jsonPointer(issue.path), detail: detailOf(issue) })),
    }),
});

function unknownMember(): PinwardError {
  return new PinwardError('REQUEST_INVALID', { errors: [{ pointer: '', detail: UNKNOWN_MEMBER }] });
}

/** The library's words name types and limits; only of unknown members do they repeat what was sent. */
function detailOf(issue: StandardSchemaV1.Issue): string {
  const isUnknownMember = 'code' in issue && issue.code === 'unrecognized_keys';
  return isUnknownMember ? UNKNOWN_MEMBER : issue.message;
}

/** RFC 6901, section 3. */
function jsonPointer(path: StandardSchemaV1.Issue['path']): string {
  return (path ?? [])
    .map((segment) => String(typeof segment === 'object' ? segment.key : segment))
    .map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');
}
