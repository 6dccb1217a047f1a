import { Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { isReadOnly, pendingMigrations } from '#libs/database';
import { LastingFault } from '../logging/lasting-fault.js';

export interface DatabaseState {
  readonly database: boolean;
  /** False on a standby: a fail-over has led the connection there, or has not ended yet. */
  readonly databaseWritable: boolean;
  readonly migrations: boolean;
}

/** Whether the database answers and its schema is the one this version was built for. */
@Injectable()
export class DatabaseHealth {
  private readonly fault = new LastingFault(new Logger(DatabaseHealth.name), 'the database does not answer');

  constructor(private readonly dataSource: DataSource) {}

  async check(): Promise<DatabaseState> {
    try {
      const pending = await pendingMigrations(this.dataSource);
      const databaseWritable = !(await isReadOnly(this.dataSource));
      this.fault.over();
      return { database: true, databaseWritable, migrations: pending.length === 0 };
    } catch (fault) {
      this.fault.tell(fault);
      return { database: false, databaseWritable: false, migrations: false };
    }
  }
}
