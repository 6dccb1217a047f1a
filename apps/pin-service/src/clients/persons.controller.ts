import { Body, Controller, Get, HttpCode, HttpStatus, Post, Req, UseInterceptors } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { PersonRegistry } from '#libs/api-clients';
import { callerOf } from '../edge/authentication/caller-of.js';
import { RequireScope } from '../edge/authentication/scopes.js';
import { AnsweredInterceptor } from '../edge/requests/answered.interceptor.js';
import { RequestContexts } from '../edge/requests/request-contexts.js';
import { Zone } from '../edge/zones/zone.js';
import { personSchema, type PersonBody } from './client-schemas.js';

/** The persons of the caller's own tenant whom clients of operators may name. */
@Zone('operators')
@Controller('v1/admin/persons')
@RequireScope('ops:clients')
@UseInterceptors(AnsweredInterceptor)
export class PersonsController {
  constructor(
    private readonly contexts: RequestContexts,
    private readonly persons: PersonRegistry,
  ) {}

  @Post()
  async register(@Req() request: FastifyRequest, @Body({ schema: personSchema }) { name }: PersonBody) {
    return await this.persons.register(await this.contexts.of(request), name);
  }

  @Get()
  async list(@Req() request: FastifyRequest) {
    const items = await this.persons.list(callerOf(request).tenantId);
    return { body: { items, nextCursor: null }, replayed: false };
  }

  @Post('revoke')
  @HttpCode(HttpStatus.OK)
  async revoke(@Req() request: FastifyRequest, @Body({ schema: personSchema }) { name }: PersonBody) {
    return await this.persons.revoke(await this.contexts.of(request), name);
  }
}
