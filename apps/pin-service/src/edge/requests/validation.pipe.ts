import { StandardSchemaValidationPipe } from '@nestjs/common';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { PinwardError } from '#libs/errors';

/** At most this many faults are told. */
const MAX_FAULTS = 20;

/** Checks bodies and queries against the zod schema named beside the parameter; faults become JSON pointers. */
export const validationPipe = new StandardSchemaValidationPipe({
  exceptionFactory: (issues: readonly StandardSchemaV1.Issue[]) =>
    new PinwardError('REQUEST_INVALID', {
      errors: issues
        .slice(0, MAX_FAULTS)
        .map(({ path, message }) => ({ pointer: jsonPointer(path), detail: message })),
    }),
});

/** RFC 6901, section 3. */
function jsonPointer(path: StandardSchemaV1.Issue['path']): string {
  return (path ?? [])
    .map((segment) => String(typeof segment === 'object' ? segment.key : segment))
    .map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');
}
