import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { CardStore } from '#libs/pin';
import { LastingFault } from './logging/lasting-fault.js';

const EVERY_MS = 2_000;
const AT_A_TIME = 100;

/** Closes evaluations whose service or HSM host died: the try stays spent, and the card can be used again. */
@Injectable()
export class AbandonedEvaluationsSweeper {
  private readonly logger = new Logger(AbandonedEvaluationsSweeper.name);
  /** The next spend on such a card closes it as well, and readiness reports the database's state. */
  private readonly fault = new LastingFault(this.logger, 'abandoned evaluations cannot be swept now');
  private running = false;

  constructor(private readonly cards: CardStore) {}

  @Interval(EVERY_MS)
  async sweep(): Promise<void> {
    if (this.running) return;
    this.running = true;
    await this.fault.within(async () => {
      const closed = await this.cards.closeAbandoned(AT_A_TIME);
      if (closed > 0) this.logger.warn(`closed ${closed} abandoned evaluation(s)`);
    });
    this.running = false;
  }
}
