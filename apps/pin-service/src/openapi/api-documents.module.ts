import { Module, type DynamicModule, Controller, Get, Req } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Settings } from '../config/schema.js';
import { ApiPagesController } from './api-pages.controller.js';
import type { Route } from '../edge/routes/route-table.js';
import { type ZoneName, Operation, OpenRoute, Zone } from '../edge/routes/declarations.js';
import { documentFor } from './api-document.js';
import { zonesOf } from '../edge/routes/known-routes.js';

@Module({})
export class ApiDocumentsModule {
  static with({ API_DOCS, PINWARD_ENV }: Settings): DynamicModule {
    const pages = API_DOCS ?? PINWARD_ENV !== 'production';
    return {
      module: ApiDocumentsModule,
      controllers: [ApiDocumentController, ...(pages ? [ApiPagesController] : [])],
      providers: [ApiDocuments],
      exports: [ApiDocuments],
    };
  }
}

/** Holds the API document, which can only be made once all routes are known. */
export class ApiDocuments {
  #whole: { readonly document: OpenAPIObject; readonly routes: readonly Route[] } | null = null;

  hold(document: OpenAPIObject, routes: readonly Route[]): void {
    this.#whole = { document, routes };
  }

  /** For a listener of these zones. */
  for(reached: readonly ZoneName[]): OpenAPIObject {
    if (this.#whole === null) throw new Error('the API document has not been made');
    return documentFor(this.#whole.document, this.#whole.routes, reached);
  }
}

@Zone('card-apps', 'operators')
@OpenRoute()
@Controller('openapi.json')
class ApiDocumentController {
  constructor(private readonly documents: ApiDocuments) {}

  @Operation('This document', { 200: null })
  @Get()
  document(@Req() { raw }: FastifyRequest) {
    return this.documents.for(zonesOf(raw));
  }
}
