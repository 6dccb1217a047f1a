import { Injectable, Logger, Module, type DynamicModule } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { DataSource } from 'typeorm';
import { CardVault } from '#libs/card-vault';
import { FairSemaphore } from '#libs/fair-semaphore';
import { CardImports, ImportCards } from '#libs/pin';
import { importHsmWorkers } from '../config/defaults.js';
import type { Settings } from '../config/schema.js';
import { Draining } from '../draining.js';
import { given, provide } from '../provide.js';
import { Metrics } from '../metrics/metrics.js';
import { CardImportsController } from './card-imports.controller.js';
import { CardUploads } from './card-uploads.js';

const HOURLY_MS = 3_600_000;

/** Forgets imports of long ago. */
@Injectable()
class CardImportKeeper {
  private readonly logger = new Logger(CardImportKeeper.name);

  constructor(
    private readonly imports: CardImports,
    private readonly retentionDays: number,
  ) {}

  @Interval(HOURLY_MS)
  async purge(): Promise<void> {
    try {
      await this.imports.purge(this.retentionDays);
    } catch (fault) {
      // They have been kept for weeks: the next hour is early enough.
      this.logger.warn('imports of long ago could not be forgotten now; tried again in an hour', fault);
    }
  }
}

/** Portfolios that move in: many cards a call. */
@Module({})
export class CardImportsModule {
  /** @param vault the module that provides CardVault */
  static with(settings: Settings, vault: DynamicModule): DynamicModule {
    return {
      module: CardImportsModule,
      imports: [vault],
      controllers: [CardImportsController],
      providers: [
        provide(CardImports, [DataSource]),
        provide(ImportCards, [
          DataSource,
          CardVault,
          given(new FairSemaphore(importHsmWorkers(settings))),
          given(settings.CARD_IMPORTS_AT_ONCE),
        ]),
        provide(CardUploads, [ImportCards, Draining, Metrics, given(settings.REQUEST_TIMEOUT_MS)]),
        provide(CardImportKeeper, [CardImports, given(settings.CARD_IMPORT_RETENTION_DAYS)]),
      ],
    };
  }
}
