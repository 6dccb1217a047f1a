import { z } from 'zod';
import { SCOPES } from '#libs/api-clients';
import { ERROR_CODES, LIMIT_NAMES, type ErrorCode } from '#libs/errors';
import { lastTry, pinStatus, tries } from '../cards/card-view.js';
import { importAnswer } from '../card-imports/import-schemas.js';
import { time } from '../edge/requests/schema-parts.js';
import { grouped } from './grouped.js';

const members = {
  type: z.string().describe('Path of a page about the code, for people, at the same listener'),
  title: z.string(),
  status: z.int(),
  detail: z.string().describe('What to do next; for people, the same at every occurrence'),
};

const problem = z
  .object({ ...members, code: z.enum(ERROR_CODES).describe('Stable: switch on it') })
  .describe('RFC 9457. docs/errors.md explains each code')
  .meta({ id: 'Problem' });

interface Variant {
  readonly id: string;
  readonly codes: readonly ErrorCode[];
  readonly type: z.ZodType;
}

function variant(id: string, codes: readonly ErrorCode[], more: z.core.$ZodShape): Variant {
  return { id, codes, type: z.object({ ...members, code: z.enum(codes), ...more }).meta({ id }) };
}

/** Problems that say more. */
const VARIANTS: readonly Variant[] = [
  variant('RequestInvalidProblem', ['REQUEST_INVALID'], {
    errors: z
      .array(
        z.object({
          pointer: z.string().describe('JSON pointer (RFC 6901) to what is wrong; empty for the whole'),
          in: z.enum(['query', 'header']).optional().describe('Where it points into, unless it is the body'),
          detail: z.string(),
        }),
      )
      .optional()
      .describe('At most 20; missing where no request was understood'),
  }),
  variant('ScopeNotGrantableProblem', ['SCOPE_NOT_GRANTABLE'], {
    scopes: z.array(z.enum(SCOPES)).describe('Those that the caller lacks'),
  }),
  variant('ApproverNotAcceptedProblem', ['APPROVER_NOT_ACCEPTED'], {
    reason: z.string().describe('Why this person is no second person'),
  }),
  variant('SecretOverlapProblem', ['SECRET_OVERLAP'], { previousSecretExpiresAt: time }),
  variant('KeysOverlapProblem', ['KEYS_OVERLAP'], { previousKeysExpireAt: time }),
  variant('OtpRejectedProblem', ['OTP_REJECTED'], {
    attemptsRemaining: z.int().min(0).describe('0: issue a new one'),
  }),
  variant('EnvelopeUnreadableProblem', ['PIN_ENVELOPE_UNREADABLE'], {
    triesRemaining: tries.optional().describe('Where it cost a try'),
    pinStatus: pinStatus.optional(),
    lastTry,
  }),
  variant('CardImportProblem', ['CARD_IMPORT_TOO_LONG', 'CARD_IMPORT_INTERRUPTED'], {
    import: importAnswer.optional().describe('What is done; missing where it could not be read'),
  }),
  variant(
    'LimitProblem',
    ['RATE_LIMITED', 'CARD_RATE_LIMITED', 'OTP_LIMIT_REACHED', 'OPERATION_RATE_LIMITED'],
    { limit: z.enum(LIMIT_NAMES).describe('docs/rate-limits.md explains each') },
  ),
];

export const PROBLEM_TYPES: readonly z.ZodType[] = [problem, ...VARIANTS.map(({ type }) => type)];

/** The types of problems with these codes; null stands for those that say no more than their code. */
export function variantsOf(codes: readonly ErrorCode[]): ReadonlyMap<Variant | null, readonly ErrorCode[]> {
  return grouped(codes, (code) => VARIANTS.find((one) => one.codes.includes(code)) ?? null);
}
