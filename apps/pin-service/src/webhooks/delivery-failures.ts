import { Injectable } from '@nestjs/common';
import type { Lane, Undelivered } from '#libs/webhooks';
import { CountedFaults } from '../logging/counted-faults.js';
import { Log } from '../logging/log.js';
import type { LogFields } from '../logging/log-record.js';
import { Metrics } from '../metrics/metrics.js';

const WORDS: Readonly<Record<Lane, string>> = {
  codes: 'a one-time password could not be delivered',
  events: 'an event could not be delivered',
};

/**
 * Deliveries that did not arrive: for each endpoint a log line at once, with the cause, and then a count a minute; and
 * a metric. Never the URL, which may hold a secret, and never the receiver's answer.
 */
@Injectable()
export class DeliveryFailures {
  private readonly faults: CountedFaults;

  constructor(
    log: Log,
    private readonly metrics: Metrics,
  ) {
    this.faults = CountedFaults.telling(log);
  }

  tell({ lane, tenantId: tenant, endpointId: endpoint, reason, cause }: Undelivered): void {
    this.metrics.countUndelivered(lane, labelOf(reason));
    const behind = cause === null ? reason : `${reason}: ${cause}`;
    this.say({ message: WORDS[lane], tenant, endpoint, cause: behind });
  }

  /** For issued one-time passwords that no endpoint takes. */
  tellUnclaimed(tenants: readonly string[]): void {
    for (const tenant of tenants) {
      this.metrics.countUndelivered('codes', 'NO_ENDPOINT');
      this.say({ message: `${WORDS.codes}: no endpoint of the tenant takes otp.issued`, tenant });
    }
  }

  private say(fields: LogFields): void {
    this.faults.tellOf('warn', { context: 'Webhooks', ...fields });
  }
}

/** From a closed set, whatever status a receiver invents. */
function labelOf(reason: string): string {
  return reason.replace(/^HTTP (\d)\d*$/, 'HTTP_$1XX');
}
