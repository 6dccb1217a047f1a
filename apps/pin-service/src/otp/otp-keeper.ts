import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { DataSource } from 'typeorm';
import { expireOtps } from '#libs/otp';

const EVERY_MS = 30_000;

/** Erases codes that were not fetched within their five minutes. */
@Injectable()
export class OtpKeeper {
  private readonly logger = new Logger(OtpKeeper.name);

  constructor(private readonly dataSource: DataSource) {}

  @Interval(EVERY_MS)
  async expire(): Promise<void> {
    try {
      await expireOtps(this.dataSource);
    } catch (fault) {
      // A code past its time is refused even if it is still stored.
      this.logger.warn('expired one-time passwords could not be erased now', fault);
    }
  }
}
