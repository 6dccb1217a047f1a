import { Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { pendingMigrations } from '#libs/database';
import { LastingFault } from '../logging/lasting-fault.js';

/** Whether the database answers and its schema is the one this version was built for. */
@Injectable()
export class DatabaseHealth {
  private readonly fault = new LastingFault(new Logger(DatabaseHealth.name), 'the database does not answer');

  constructor(private readonly dataSource: DataSource) {}

  async check(): Promise<{ readonly database: boolean; readonly migrations: boolean }> {
    try {
      const pending = await pendingMigrations(this.dataSource);
      this.fault.over();
      return { database: true, migrations: pending.length === 0 };
    } catch (fault) {
      this.fault.tell(fault);
      return { database: false, migrations: false };
    }
  }
}
