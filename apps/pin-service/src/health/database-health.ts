import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { pendingMigrations } from '#libs/database';

/** Whether the database answers and its schema is the one this version was built for. */
@Injectable()
export class DatabaseHealth {
  constructor(private readonly dataSource: DataSource) {}

  async check(): Promise<{ readonly database: boolean; readonly migrations: boolean }> {
    try {
      const pending = await pendingMigrations(this.dataSource);
      return { database: true, migrations: pending.length === 0 };
    } catch {
      return { database: false, migrations: false };
    }
  }
}
