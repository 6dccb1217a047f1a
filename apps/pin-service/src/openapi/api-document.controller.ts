import { Controller, Get, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { zonesOf } from '../edge/zones/request-zones.js';
import { ApiDocuments } from './api-documents.js';
import { Operation, OpenRoute, Zone } from '../edge/routes/declarations.js';

@Zone('card-apps', 'operators')
@OpenRoute()
@Controller('openapi.json')
export class ApiDocumentController {
  constructor(private readonly documents: ApiDocuments) {}

  @Operation('This document', { 200: null })
  @Get()
  document(@Req() { raw }: FastifyRequest) {
    return this.documents.for(zonesOf(raw));
  }
}
