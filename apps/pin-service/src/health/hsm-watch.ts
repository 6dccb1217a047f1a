import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { PinHsm, type HsmHealth } from '#libs/hsm';

const LOOK_EVERY_MS = 250;

/** Logs changes of the HSM: a host that was replaced, why there is none, a lag, and the end of each. */
@Injectable()
export class HsmWatch implements BeforeApplicationShutdown {
  private readonly logger = new Logger('Hsm');
  private replaced = 0;
  private trouble: string | null = null;
  private lagging = false;
  private ended = false;

  constructor(private readonly hsm: PinHsm) {}

  @Interval(LOOK_EVERY_MS)
  look(): void {
    if (this.ended) return;
    const { replaced, trouble, lag } = this.hsm.health();
    this.tellReplaced(replaced);
    this.tellTrouble(trouble);
    this.tellLag(lag);
  }

  /** From here on we close it ourselves. */
  beforeApplicationShutdown(): void {
    this.ended = true;
  }

  private tellReplaced({ count, cause }: HsmHealth['replaced']): void {
    if (count === this.replaced) return;
    this.replaced = count;
    this.logger.warn(`the HSM host is replaced by another one: ${cause ?? 'it ended'}`);
  }

  private tellTrouble(trouble: string | null): void {
    if (trouble === this.trouble) return;
    this.trouble = trouble;
    if (trouble === null) this.logger.warn('the HSM is ready again');
    else this.logger.error(`the HSM is not ready: ${trouble}`);
  }

  private tellLag({ lagging, limitMs, oldestWaitMs, p99Ms, underWay }: HsmHealth['lag']): void {
    if (lagging === this.lagging) return;
    this.lagging = lagging;
    const numbers = `p99 ${p99Ms} ms, the oldest of ${underWay} under way ${oldestWaitMs} ms`;
    // At the level of its beginning, so that every log with the one has the other.
    if (lagging) this.logger.warn(`the HSM lags: ${numbers}; more than ${limitMs} ms (HSM_LAG_MS)`);
    else this.logger.warn(`the HSM lags no more: ${numbers}`);
  }
}
