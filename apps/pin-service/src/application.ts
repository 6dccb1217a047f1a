import { readFileSync } from 'node:fs';
import { ConsoleLogger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import { refuseDevelopmentParts } from './config/production.js';
import type { Settings } from './config/schema.js';
import { applyEdge, prepareEdge } from './edge/edge.js';
import { BODY_LIMIT_BYTES } from './edge/requests/json-body.js';

const REQUEST_TIMEOUT_MS = 30_000;

/** Builds the service, opens HSM and database, and checks both; it does not listen yet. */
export async function createApplication(settings: Settings): Promise<NestFastifyApplication> {
  refuseDevelopmentParts(settings);
  const adapter = new FastifyAdapter({
    https: {
      cert: readFileSync(settings.TLS_CERT_FILE),
      key: readFileSync(settings.TLS_KEY_FILE),
      minVersion: 'TLSv1.3',
    },
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // Requests in flight finish; idle keep-alive connections do not hold up the shutdown.
    forceCloseConnections: 'idle',
  });
  prepareEdge(adapter.getInstance());
  const application = await NestFactory.create<NestFastifyApplication>(AppModule.with(settings), adapter, {
    bodyParser: false,
    abortOnError: false,
    logger: new ConsoleLogger({ json: true, logLevels: ['warn', 'error', 'fatal'] }),
  });
  applyEdge(application);
  application.enableShutdownHooks(['SIGTERM', 'SIGINT']);
  await application.init();
  return application;
}
