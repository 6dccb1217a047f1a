import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { ERROR_CODES, limitReached, PinwardError, type ErrorCode } from '#libs/errors';
import '../edge/requests/fastify-request.js';
import { requestInvalid } from '../edge/requests/faults.js';

const OUTCOME = 'x-pinward-sandbox-outcome';
const MARK = 'X-Pinward-Sandbox';
/** Less than the time that a stop gives to calls under way. */
const LONGEST_MS = 10_000;

interface ForcedOutcome {
  readonly waitMs: number;
  /** Null: after the wait the call is made. */
  readonly code: ErrorCode | null;
}

/** `on` in every answer of the sandbox, `forced` where the caller asked for it. */
export function markAnswers(fastify: FastifyInstance): void {
  fastify.addHook('onSend', async (_request, reply) => {
    if (!reply.hasHeader(MARK)) void reply.header(MARK, 'on');
  });
}

/**
 * Gives a call the outcome that its header asks for: after the guards, so that only a caller who might make the call can ask,
 * and before the call is read, so that nothing of it happens.
 */
@Injectable()
export class ForcedOutcomes implements NestInterceptor {
  async intercept(execution: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const http = execution.switchToHttp();
    const { caller, headers } = http.getRequest<FastifyRequest>();
    const asked = headers[OUTCOME];
    if (caller === undefined || asked === undefined) return next.handle();
    const { waitMs, code } = outcomeOf(String(asked));
    void http.getResponse<FastifyReply>().header(MARK, 'forced');
    await delay(waitMs);
    if (code !== null) throw problemOf(code);
    return next.handle();
  }
}

/** `slow=MS`, a code, or both with a comma between. @throws PinwardError REQUEST_INVALID */
function outcomeOf(header: string): ForcedOutcome {
  const [, wait, name] = /^(?:slow=(\d{1,5}))?(?:(?:^|, ?)([A-Z_]+))?$/.exec(header) ?? [];
  const code = ERROR_CODES.find((known) => known === name) ?? null;
  const waitMs = Number(wait ?? 0);
  const isUnknown = (wait ?? name) === undefined || (name !== undefined && code === null);
  if (isUnknown || waitMs > LONGEST_MS) throw invalid();
  return { waitMs, code };
}

function invalid(): PinwardError {
  const detail = `must be a problem code, slow=0 to slow=${LONGEST_MS}, or both with a comma between`;
  return requestInvalid([{ pointer: '/X-Pinward-Sandbox-Outcome', in: 'header', detail }]);
}

const SOON = { retryAfterSeconds: 1 };

/** The problem as the service would tell it: with the members and the wait that belong to its code. */
function problemOf(code: ErrorCode): PinwardError {
  switch (code) {
    case 'REQUEST_INVALID':
      return new PinwardError(code, { errors: [{ pointer: '', detail: 'was asked for' }] });
    case 'OTP_REJECTED':
      return new PinwardError(code, { attemptsRemaining: 2 });
    case 'SCOPE_NOT_GRANTABLE':
      return new PinwardError(code, { scopes: ['ops:unlock'] });
    case 'APPROVER_NOT_ACCEPTED':
      return new PinwardError(code, { reason: 'same-person' });
    case 'SECRET_OVERLAP':
      return new PinwardError(code, { previousSecretExpiresAt: new Date().toISOString() });
    case 'KEYS_OVERLAP':
      return new PinwardError(code, { previousKeysExpireAt: new Date().toISOString() });
    case 'RATE_LIMITED':
      return limitReached('client-requests', 1);
    case 'CARD_RATE_LIMITED':
      return limitReached('card-requests', 1);
    case 'OTP_LIMIT_REACHED':
      return limitReached('card-otp', 1);
    case 'OPERATION_RATE_LIMITED':
      return limitReached('client-otp', 1);
    case 'PIN_EVALUATION_IN_PROGRESS':
    case 'REQUEST_IN_PROGRESS':
    case 'HSM_UNAVAILABLE':
    case 'DATABASE_UNAVAILABLE':
    case 'OPERATIONS_SUSPENDED':
    case 'CLIENT_PAUSED':
    case 'CARD_IMPORT_INTERRUPTED':
    case 'INCIDENT_NOT_READY':
    case 'CLIENT_KEYS_UNAVAILABLE':
    case 'ISSUER_UNAVAILABLE':
      return new PinwardError(code, {}, SOON);
    default:
      return new PinwardError(code);
  }
}
