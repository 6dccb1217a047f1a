import {
  Body,
  Controller,
  Delete,
  Get,
  Header,
  Param,
  Post,
  Query,
  Req,
  UseInterceptors,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ClientRegistry, clientView } from '#libs/api-clients';
import { callerOf } from '../edge/authentication/caller-of.js';
import { RequireScope } from '../edge/authentication/scopes.js';
import { AnsweredInterceptor } from '../edge/requests/answered.interceptor.js';
import { RequestContexts } from '../edge/requests/request-contexts.js';
import { Zone } from '../edge/zones/zone.js';
import {
  createClientSchema,
  listClientsSchema,
  nothingSchema,
  type CreateClientBody,
  type ListClientsQuery,
} from './client-schemas.js';
import { issuedSecretView } from './issued-secret-view.js';

/** The clients of the caller's own tenant. */
@Zone('operators')
@Controller('v1/admin/clients')
export class AdminClientsController {
  constructor(
    private readonly contexts: RequestContexts,
    private readonly clients: ClientRegistry,
  ) {}

  @Post()
  @RequireScope('ops:clients')
  @Header('Cache-Control', 'no-store')
  async create(
    @Req() request: FastifyRequest,
    @Body({ schema: createClientSchema }) client: CreateClientBody,
  ) {
    const context = await this.contexts.of(request);
    return issuedSecretView(await this.clients.create(context, client));
  }

  @Get()
  @RequireScope('ops:clients')
  async list(@Req() request: FastifyRequest, @Query({ schema: listClientsSchema }) query: ListClientsQuery) {
    const { tenantId } = callerOf(request);
    const { items, nextCursor } = await this.clients.list(tenantId, query);
    return { items: items.map((client) => clientView(client, new Date())), nextCursor };
  }

  @Get(':clientId')
  @RequireScope('ops:clients')
  async read(@Req() request: FastifyRequest, @Param('clientId') clientId: string) {
    const { tenantId } = callerOf(request);
    return clientView(await this.clients.read(tenantId, clientId), new Date());
  }

  @Delete(':clientId')
  @RequireScope('ops:clients')
  @UseInterceptors(AnsweredInterceptor)
  async revoke(@Req() request: FastifyRequest, @Param('clientId') clientId: string) {
    const context = await this.contexts.of(request);
    return await this.clients.revoke(context, clientId);
  }

  @Post(':clientId/rotate-secret')
  @RequireScope('ops:clients')
  @Header('Cache-Control', 'no-store')
  async rotateSecret(
    @Req() request: FastifyRequest,
    @Param('clientId') clientId: string,
    @Body({ schema: nothingSchema }) _body: unknown,
  ) {
    const context = await this.contexts.of(request);
    return issuedSecretView(await this.clients.rotateSecret(context, clientId));
  }
}
