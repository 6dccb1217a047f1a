import { Body, Controller, HttpCode, HttpStatus, Post, Req, UseInterceptors } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AnsweredInterceptor } from '../edge/requests/handlers.js';
import { Operation, OpenRoute, Zone } from '../edge/routes/declarations.js';
import { clientAnswer } from './client-view.js';
import { OwnKeys } from './own-keys.js';

const form = z
  .object({
    client_assertion_type: z.literal('urn:ietf:params:oauth:client-assertion-type:jwt-bearer').optional(),
    client_assertion: z.string().optional(),
    client_id: z.string().optional(),
    tenant_id: z.string().optional(),
    keys: z.string().describe('JSON: `jwks`, or `certificates`, as at the registration'),
  })
  .meta({
    id: 'OwnKeys',
    examples: [{ client_id: 'card-backend', keys: '{"jwks":{"keys":[]}}' }],
  });

const CHANGING = {
  form,
  clientKey: true,
  problems: [
    'CLIENT_AUTHENTICATION_FAILED',
    'CLIENT_KEYS_UNAVAILABLE',
    'CLIENT_SUSPENDED',
    'KEYS_OVERLAP',
    'CREDENTIAL_NOT_HELD',
  ],
  description: 'The keys before them work until their `expiresAt`.',
} as const;

/** A client changes its own keys, so that no operator is needed. No token opens this: the current key does. */
@Zone('card-apps', 'operators')
@Controller('v1/clients/self')
@UseInterceptors(AnsweredInterceptor)
export class OwnKeysController {
  constructor(private readonly ownKeys: OwnKeys) {}

  @Operation('Change the own keys or certificates', { 200: clientAnswer }, CHANGING)
  @Post('rotate-keys')
  @HttpCode(HttpStatus.OK)
  @OpenRoute()
  async rotate(@Req() request: FastifyRequest, @Body() body: unknown) {
    return await this.ownKeys.rotate(request, body);
  }
}
