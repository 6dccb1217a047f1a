import { Controller, Get, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { OpenRoute } from '../edge/authentication/scopes.js';
import { zonesOf } from '../edge/zones/request-zones.js';
import { Zone } from '../edge/zones/zone.js';
import { ApiDocuments } from './api-documents.js';

@Zone('card-apps', 'operators')
@OpenRoute()
@Controller('openapi.json')
export class ApiDocumentController {
  constructor(private readonly documents: ApiDocuments) {}

  @Get()
  document(@Req() { raw }: FastifyRequest) {
    return this.documents.for(zonesOf(raw));
  }
}
