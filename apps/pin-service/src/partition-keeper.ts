import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { DataSource } from 'typeorm';
import { dropExpiredPartitions, ensurePartitions } from '#libs/database';

const HOURLY_MS = 3_600_000;

/** Makes the partitions of the days ahead, and drops request ids after their 24 hours. */
@Injectable()
export class PartitionKeeper {
  private readonly logger = new Logger(PartitionKeeper.name);

  constructor(private readonly dataSource: DataSource) {}

  @Interval(HOURLY_MS)
  async keep(): Promise<void> {
    try {
      await ensurePartitions(this.dataSource);
      await dropExpiredPartitions(this.dataSource);
    } catch (fault) {
      // Partitions exist for days ahead, and a busy table can be dropped later: the next hour is early enough.
      this.logger.warn('partitions could not be kept now; tried again in an hour', fault);
    }
  }
}
