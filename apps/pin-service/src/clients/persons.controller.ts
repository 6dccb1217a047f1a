import { Body, Controller, Get, HttpCode, HttpStatus, Post, UseInterceptors } from '@nestjs/common';
import { PersonRegistry } from '#libs/api-clients';
import { AnsweredInterceptor, Caller, Context, type MakeContext } from '../edge/requests/handlers.js';
import { personSchema, type PersonBody } from './client-schemas.js';
import { z } from 'zod';
import { page, time } from '../edge/requests/schema-parts.js';
import { FreshLogin, Operation, RequireScope, Zone } from '../edge/routes/declarations.js';

const personAnswer = z
  .object({
    name: z.string(),
    mayDecide: z.boolean(),
    flaw: z.string().optional(),
    createdBy: z.string(),
    createdAt: time,
    revokedBy: z.string().optional(),
    revokedAt: time.optional(),
  })
  .meta({ id: 'Person' });
const personsAnswer = page(personAnswer).meta({ id: 'Persons' });

/** The persons of the caller's own tenant whom clients of operators may name. */
@Zone('operators')
@Controller('v1/admin/persons')
@RequireScope('ops:clients')
@UseInterceptors(AnsweredInterceptor)
export class PersonsController {
  constructor(private readonly persons: PersonRegistry) {}

  @Operation('Register a person', { 201: personAnswer }, { problems: ['PERSON_IN_USE'] })
  @Post()
  @FreshLogin()
  async register(@Context() context: MakeContext, @Body({ schema: personSchema }) { name }: PersonBody) {
    return await this.persons.register(await context(), name);
  }

  @Operation('List persons', { 200: personsAnswer })
  @Get()
  async list(@Caller() { tenantId }: Caller) {
    const items = await this.persons.list(tenantId);
    return { body: { items, nextCursor: null }, replayed: false };
  }

  @Operation('Revoke a person', { 200: personAnswer }, { problems: ['PERSON_NOT_FOUND'] })
  @Post('revoke')
  @FreshLogin()
  @HttpCode(HttpStatus.OK)
  async revoke(@Context() context: MakeContext, @Body({ schema: personSchema }) { name }: PersonBody) {
    return await this.persons.revoke(await context(), name);
  }
}
