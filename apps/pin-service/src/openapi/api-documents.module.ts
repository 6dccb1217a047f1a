import { Module, type DynamicModule, Controller, Get, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { hasProductionRules } from '../config/environments.js';
import type { Settings } from '../config/schema.js';
import { ApiPagesController } from './api-pages.controller.js';
import type { Route } from '../edge/routes/route-table.js';
import { type ZoneName, Operation, OpenRoute, Zone } from '../edge/routes/declarations.js';
import { describedRoutes, documentFor } from './api-document.js';
import { zonesOf } from '../edge/routes/known-routes.js';
import type { ApiDocument } from './contract-types.js';
import type { DescribedRoute } from './problem-codes.js';

@Module({})
export class ApiDocumentsModule {
  static with({ API_DOCS, PINWARD_ENV }: Settings): DynamicModule {
    const pages = API_DOCS ?? !hasProductionRules({ PINWARD_ENV });
    return {
      module: ApiDocumentsModule,
      controllers: [ApiDocumentController, ...(pages ? [ApiPagesController] : [])],
      providers: [ApiDocuments],
      exports: [ApiDocuments],
    };
  }
}

/** The API document of each listener, made when it is first asked for, of all routes. */
export class ApiDocuments {
  #routes: readonly DescribedRoute[] | null = null;
  readonly #made = new Map<string, ApiDocument>();

  /** @throws Error naming a handler that nobody described */
  hold(routes: readonly Route[]): void {
    this.#routes = describedRoutes(routes);
  }

  /** For a listener of these zones. */
  for(reached: readonly ZoneName[]): ApiDocument {
    if (this.#routes === null) throw new Error('the routes are not known yet');
    const key = reached.join(' ');
    const document = this.#made.get(key) ?? documentFor(this.#routes, reached);
    this.#made.set(key, document);
    return document;
  }
}

const documentAnswer = z.looseObject({ openapi: z.literal('3.1.0') }).meta({ id: 'ApiDocument' });

@Zone('card-apps', 'operators')
@OpenRoute()
@Controller('openapi.json')
class ApiDocumentController {
  constructor(private readonly documents: ApiDocuments) {}

  @Operation('This document', { 200: documentAnswer })
  @Get()
  document(@Req() { raw }: FastifyRequest) {
    return this.documents.for(zonesOf(raw));
  }
}
