import type { DataSource } from 'typeorm';
import { registerKeys } from '#libs/keys';
import { createTestDatabase, type TestDatabase } from './postgres.js';
import { TestIdentity } from './service-process.js';
import { makeTestToken, type TestToken } from './token.js';

/** The parts under a service: a token, a database with its keys registered, and an issuer of access tokens. */
export class ServiceGround implements AsyncDisposable {
  private constructor(
    readonly token: TestToken,
    readonly database: TestDatabase,
    readonly owner: DataSource,
    readonly identity: TestIdentity,
  ) {}

  static async make(): Promise<ServiceGround> {
    const token = await makeTestToken();
    const database = await createTestDatabase();
    const owner = await database.open({ url: database.ownerUrl, poolSize: 1 });
    await registerKeys(owner, token.registeredKeys);
    return new ServiceGround(token, database, owner, await TestIdentity.make());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.database[Symbol.asyncDispose]();
    await this.token.remove();
    this.identity[Symbol.dispose]();
  }
}
