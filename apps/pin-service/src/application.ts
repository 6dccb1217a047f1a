import { readFileSync } from 'node:fs';
import { ConsoleLogger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import { refuseDevelopmentParts } from './config/production.js';
import type { Settings } from './config/schema.js';
import { applyEdge, createEdge } from './edge/edge.js';
import { openDatabase } from './open-database.js';
import { openHsm } from './open-hsm.js';
import type { Resources } from './resources.module.js';

/** Builds the service, opens HSM and database, and checks both; it does not listen yet. */
export async function createApplication(settings: Settings): Promise<NestFastifyApplication> {
  refuseDevelopmentParts(settings);
  const resources = await openResources(settings);
  const adapter = createEdge({
    cert: readFileSync(settings.TLS_CERT_FILE),
    key: readFileSync(settings.TLS_KEY_FILE),
    minVersion: 'TLSv1.3',
  });
  const application = await NestFactory.create<NestFastifyApplication>(
    AppModule.with(settings, resources),
    adapter,
    {
      bodyParser: false,
      abortOnError: false,
      logger: new ConsoleLogger({ json: true, logLevels: ['warn', 'error', 'fatal'] }),
    },
  );
  applyEdge(application);
  application.enableShutdownHooks(['SIGTERM', 'SIGINT']);
  await application.init();
  return application;
}

async function openResources(settings: Settings): Promise<Resources> {
  const dataSource = await openDatabase(settings);
  return { dataSource, hsm: await openHsm(settings, dataSource) };
}
