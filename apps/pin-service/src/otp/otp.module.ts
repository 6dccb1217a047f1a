import { Module, type DynamicModule } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { PinHsm } from '#libs/hsm';
import { CheckOtp, IssueOtp, type MakeCode } from '#libs/otp';
import type { Settings } from '../config/schema.js';
import { Counters } from '../edge/rate-limits/counters.js';
import { given, provide } from '../provide.js';
import { DevelopmentOutbox } from './development-outbox.js';
import { OtpIssueLimit, wrongCodeLimit } from './otp-limits.js';
import { OtpKeeper } from './otp-keeper.js';
import { OtpsController } from './otps.controller.js';

/** One-time passwords: issued over REST, checked by the operations that need one. */
@Module({})
export class OtpModule {
  /** @param codes other ones than random ones, which only the sandbox has */
  static with(settings: Settings, codes?: (dataSource: DataSource) => MakeCode): DynamicModule {
    const policy = { issuedPerCardAndHour: settings.OTP_ISSUED_PER_CARD_AND_HOUR };
    const outbox = {
      file: settings.DEVELOPMENT_OUTBOX_FILE,
      toConsole: settings.PINWARD_ENV === 'development',
    };
    return {
      module: OtpModule,
      controllers: [OtpsController],
      providers: [
        provide(
          CheckOtp,
          [PinHsm, DataSource, Counters],
          (hsm, dataSource, counters) =>
            new CheckOtp(
              hsm,
              dataSource,
              wrongCodeLimit(counters, settings.OTP_WRONG_CODES_PER_CLIENT_AND_MINUTE),
            ),
        ),
        provide(
          IssueOtp,
          [PinHsm, DataSource],
          (hsm, dataSource) => new IssueOtp(hsm, dataSource, policy, codes?.(dataSource)),
        ),
        provide(OtpIssueLimit, [Counters, given(settings.OTP_ISSUED_PER_CLIENT_AND_MINUTE)]),
        provide(DevelopmentOutbox, [DataSource, PinHsm, given(outbox)]),
        OtpKeeper,
      ],
      exports: [CheckOtp, IssueOtp],
    };
  }
}
