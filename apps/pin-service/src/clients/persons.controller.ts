import { Body, Controller, Get, HttpCode, HttpStatus, Post, UseInterceptors } from '@nestjs/common';
import { PersonRegistry } from '#libs/api-clients';
import { Caller } from '../edge/authentication/caller.js';
import { RequireScope } from '../edge/authentication/scopes.js';
import { AnsweredInterceptor } from '../edge/requests/answered.interceptor.js';
import { Context, type MakeContext } from '../edge/requests/request-contexts.js';
import { Zone } from '../edge/zones/zone.js';
import { personSchema, type PersonBody } from './client-schemas.js';

/** The persons of the caller's own tenant whom clients of operators may name. */
@Zone('operators')
@Controller('v1/admin/persons')
@RequireScope('ops:clients')
@UseInterceptors(AnsweredInterceptor)
export class PersonsController {
  constructor(private readonly persons: PersonRegistry) {}

  @Post()
  async register(@Context() context: MakeContext, @Body({ schema: personSchema }) { name }: PersonBody) {
    return await this.persons.register(await context(), name);
  }

  @Get()
  async list(@Caller() { tenantId }: Caller) {
    const items = await this.persons.list(tenantId);
    return { body: { items, nextCursor: null }, replayed: false };
  }

  @Post('revoke')
  @HttpCode(HttpStatus.OK)
  async revoke(@Context() context: MakeContext, @Body({ schema: personSchema }) { name }: PersonBody) {
    return await this.persons.revoke(await context(), name);
  }
}
