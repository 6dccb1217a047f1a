import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { PinStore } from '#libs/pin';

const EVERY_MS = 2_000;
const AT_A_TIME = 100;

/** Closes evaluations whose service or HSM host died: the try stays spent, and the card can be used again. */
@Injectable()
export class AbandonedEvaluationsSweeper {
  private readonly logger = new Logger(AbandonedEvaluationsSweeper.name);
  private running = false;

  constructor(private readonly store: PinStore) {}

  @Interval(EVERY_MS)
  async sweep(): Promise<void> {
    if (this.running) return;
    this.running = true;
    try {
      const closed = await this.store.closeAbandoned(AT_A_TIME);
      if (closed > 0) this.logger.warn(`closed ${closed} abandoned evaluation(s)`);
    } catch {
      // The next spend on such a card closes it as well, and readiness tells about the database.
      this.logger.warn('abandoned evaluations could not be swept now');
    } finally {
      this.running = false;
    }
  }
}
