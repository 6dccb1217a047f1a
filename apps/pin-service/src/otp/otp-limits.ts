import { Logger, Injectable } from '@nestjs/common';
import { PinwardError } from '#libs/errors';
import type { WrongCodeLimit } from '#libs/otp';
import { Budget } from '../edge/rate-limits/budget.js';
import { WINDOW_MS, Counters, rateLimited } from '../edge/rate-limits/counters.js';
import type { Caller } from '../edge/authentication/caller.js';

const logger = new Logger('WrongCodeLimit');

/**
 * Wrong codes of a client, over all its cards: otherwise an attacker with its secret could guess at one card after the
 * other. Counted before a code is compared. Reaching the limit is an alarm: a line in the log, once a minute and
 * client.
 */
export function wrongCodeLimit(counters: Counters, perMinute: number): WrongCodeLimit {
  const budget = new Budget(counters, 'client-wrong-otp', perMinute);
  return async ({ tenantId, clientId }, check, wasWrong) => {
    const reserved = await budget.reserve([tenantId, clientId]).catch(async (refusal: unknown) => {
      if (refusal instanceof PinwardError) await tell(counters, { tenantId, clientId });
      throw refusal;
    });
    try {
      const judged = await check();
      if (wasWrong(judged)) reserved.spend();
      else await reserved.giveBack();
      return judged;
    } catch (fault) {
      await reserved.giveBack();
      throw fault;
    }
  };
}

async function tell(
  counters: Counters,
  { tenantId, clientId }: { readonly tenantId: string; readonly clientId: string },
): Promise<void> {
  const { taken } = await counters.take(`client-wrong-otp-told:${JSON.stringify([tenantId, clientId])}`, 1);
  if (!taken) return;
  const client = JSON.stringify({ tenantId, clientId });
  logger.warn(
    `wrong one-time passwords have reached their limit of ${WINDOW_MS / 1_000} s: client ${client}`,
  );
}

/**
 * How many one-time passwords a client may issue: an attacker with its secret must not flood cardholders with messages.
 */
@Injectable()
export class OtpIssueLimit {
  constructor(
    private readonly counters: Counters,
    private readonly perMinute: number,
  ) {}

  /** @throws PinwardError OPERATION_RATE_LIMITED */
  async count({ tenantId, clientId }: Caller): Promise<void> {
    const { hits, leftMs } = await this.counters.hit(`otp:${JSON.stringify([tenantId, clientId])}`);
    if (hits > this.perMinute) throw rateLimited(leftMs, 'client-otp');
  }
}
