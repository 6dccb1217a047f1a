import { Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { pendingMigrations } from '#libs/database';
import { LastingFault } from '../logging/lasting-fault.js';

/** Any row that this role may write; the row does not change. */
const WRITE = "UPDATE maintenance_marks SET reached = reached WHERE name = 'abandoned-evaluations'";

interface DatabaseState {
  readonly database: boolean;
  /** A replica that cannot spend tries serves nothing: a standby, a read-only role, a full disk. */
  readonly databaseWrites: boolean;
  readonly migrations: boolean;
}

/** Whether the database answers and takes writes, and has this version's schema. */
@Injectable()
export class DatabaseHealth {
  private readonly fault = new LastingFault(new Logger(DatabaseHealth.name), 'the database does not answer');
  private readonly readOnly = new LastingFault(
    new Logger(DatabaseHealth.name),
    'the database takes no writes: this replica is not ready',
  );

  constructor(private readonly dataSource: DataSource) {}

  async check(): Promise<DatabaseState> {
    try {
      const pending = await pendingMigrations(this.dataSource);
      this.fault.over();
      return { database: true, databaseWrites: await this.writes(), migrations: pending.length === 0 };
    } catch (fault) {
      this.fault.tell(fault);
      return { database: false, databaseWrites: false, migrations: false };
    }
  }

  private async writes(): Promise<boolean> {
    try {
      await this.dataSource.query(WRITE);
      this.readOnly.over();
      return true;
    } catch (fault) {
      this.readOnly.tell(fault);
      return false;
    }
  }
}
