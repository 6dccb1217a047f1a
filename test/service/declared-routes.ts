import 'reflect-metadata';
import { DiscoveryService, NestFactory, Reflector } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { createDataSource } from '#libs/database';
import { AppModule } from '../../apps/pin-service/src/app.module.js';
import { loadSettings } from '../../apps/pin-service/src/config/load-settings.js';
import { Draining } from '../../apps/pin-service/src/draining.js';
import { readRouteTable, type Route } from '../../apps/pin-service/src/edge/routes/route-table.js';
import { Log } from '../../apps/pin-service/src/logging/log.js';
import { Metrics } from '../../apps/pin-service/src/metrics/metrics.js';
import { PolicyInForce } from '../../apps/pin-service/src/policy/policy-in-force.js';
import { policySettings } from '../../apps/pin-service/src/policy/policy-settings.js';
import { TestIdentity } from '../rigs/test-identity.js';
import { FakeHsm } from '../support/fake-hsm.js';

/** The routes of the application as it is put together, which is not started for this. */
export async function declaredRoutes(
  environment: Readonly<Record<string, string>> = {},
): Promise<readonly Route[]> {
  using identity = await TestIdentity.make();
  const settings = loadSettings({
    ...identity.environment,
    PINWARD_ENV: 'test',
    DATABASE_URL: 'postgresql://nobody@127.0.0.1/none',
    PKCS11_MODULE: '-',
    PKCS11_TOKEN_LABEL: '-',
    PKCS11_TOKEN_PIN: '-',
    ...environment,
  });
  const hsm = await FakeHsm.open();
  const dataSource = createDataSource(settings.DATABASE_URL.reveal());
  const policy = new PolicyInForce(dataSource, {}, policySettings(settings).defaults);
  const parts = { draining: new Draining(), metrics: new Metrics(), log: new Log('fatal') };
  const module = AppModule.with(settings, { hsm, dataSource, policy, ...parts });
  const application = await NestFactory.create(module, new FastifyAdapter(), { logger: false });
  return readRouteTable(application.get(DiscoveryService), application.get(Reflector));
}
