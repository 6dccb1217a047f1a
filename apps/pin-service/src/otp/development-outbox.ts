import { appendFile } from 'node:fs/promises';
import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { DataSource } from 'typeorm';
import { PinHsm } from '#libs/hsm';
import { deliverOtps, type OtpDelivery } from '#libs/otp';
import { LastingFault } from '../logging/lasting-fault.js';

const EVERY_MS = 100;

/**
 * Replaces the issuer's message gateway in development and tests: one line of JSON for each one-time password. Only
 * here can a code be read; production refuses it by name.
 */
@Injectable()
export class DevelopmentOutbox {
  private readonly fault = new LastingFault(
    new Logger(DevelopmentOutbox.name),
    'one-time passwords cannot be delivered now',
  );
  private running = false;

  constructor(
    private readonly dataSource: DataSource,
    private readonly hsm: PinHsm,
    private readonly outbox: { readonly file: string | undefined; readonly toConsole: boolean },
  ) {}

  @Interval(EVERY_MS)
  async deliver(): Promise<void> {
    const { file } = this.outbox;
    if (file === undefined || this.running) return;
    this.running = true;
    await this.fault.within(() =>
      deliverOtps(this.dataSource, this.hsm, async (delivery) => await this.write(file, delivery)),
    );
    this.running = false;
  }

  private async write(file: string, { otpId, cardId, purpose, code }: OtpDelivery): Promise<void> {
    const line = JSON.stringify({ otpId, cardId, purpose, code: code.reveal() });
    await appendFile(file, `${line}\n`, { mode: 0o600 });
    // Not through the log, which masks and is collected.
    if (this.outbox.toConsole)
      console.log(`One-time password for ${purpose} of card ${cardId}: ${code.reveal()}`);
  }
}
