import { writeFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registerKeys } from '#libs/keys';
import { createTestDatabase, type TestDatabase } from '../rigs/postgres.js';
import { PROJECT_ROOT } from '../support/project-root.js';
import { ServiceProcess, TestIdentity } from '../rigs/service-process.js';
import { sendRequest } from '../rigs/service-request.js';
import { makeTestToken, type TestToken } from '../rigs/token.js';
import { freePort } from '../rigs/ports.js';

const MAIN = pathToFileURL(join(PROJECT_ROOT, 'dist/apps/pin-service/src/main.js')).href;
const CALLS = 60;

let token: TestToken;
let database: TestDatabase;
let identity: TestIdentity;
beforeAll(async () => {
  [token, database, identity] = [
    await makeTestToken(),
    await createTestDatabase(),
    await TestIdentity.make(),
  ];
  await registerKeys(await database.open({ url: database.ownerUrl, poolSize: 1 }), token.registeredKeys);
});
afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await token.remove();
  identity[Symbol.dispose]();
});

describe('a service whose standard output takes nothing', () => {
  it('answers calls, probes and SIGTERM, and counts the lines that it lost', async () => {
    const entry = join(token.directory, 'full-log.mjs');
    // The lowest free descriptor is the one that was closed.
    writeFileSync(
      entry,
      `import { closeSync, openSync } from 'node:fs';
       closeSync(1);
       if (openSync('/dev/full', 'w') !== 1) process.exit(9);
       await import(${JSON.stringify(MAIN)});`,
    );
    const port = await freePort();
    const agent = new Agent({ keepAlive: true, ca: identity.certificate });
    await using service = ServiceProcess.launch({
      identity,
      databaseUrl: database.serviceUrl,
      token,
      entry,
      environment: { PORT: String(port), LOG_LEVEL: 'debug' },
    });
    const get = async (path: string) =>
      await sendRequest({ method: 'GET', url: new URL(path, `https://127.0.0.1:${port}`), agent }, {});
    await expect
      .poll(() =>
        get('/health/ready').then(
          ({ status }) => status,
          () => 0,
        ),
      )
      .toBe(200);
    for (let call = 0; call < CALLS; call += 1) expect((await get('/v1/cards')).status).toBe(401);
    const lost = async () =>
      Number(/^pinward_log_lines_lost (\d+)/m.exec(String((await get('/metrics')).body))?.[1]);
    await expect.poll(lost).toBeGreaterThanOrEqual(CALLS);
    expect((await get('/health/live')).status).toBe(200);
    agent.destroy();
    expect(await service.stop()).toEqual({ code: 0, signal: null });
  });
});
