import { Body, Controller, Header, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { clientWithSecretAnswer, issuedSecretView } from './client-view.js';
import { OwnSecret } from './own-secret.js';
import { Operation, OpenRoute, Zone } from '../edge/routes/declarations.js';

/** For a client that does not come by HTTP Basic. */
const form = z
  .object({ client_id: z.string(), client_secret: z.string() })
  .partial()
  .meta({ id: 'ClientCredentials', examples: [{ client_id: 'card-backend', client_secret: '…' }] })
  .optional();

const CHANGING = {
  form,
  clientSecret: 'problems',
  problems: ['CLIENT_AUTHENTICATION_FAILED', 'CLIENT_SUSPENDED', 'SECRET_OVERLAP', 'CREDENTIAL_NOT_HELD'],
  description: 'The secret before it works until its `expiresAt`.',
} as const;

/** A client changes its own secret, so that no operator has to hand it over. No token opens this: the secret does. */
@Zone('card-apps', 'operators')
@Controller('v1/clients/self')
export class OwnSecretController {
  constructor(private readonly ownSecret: OwnSecret) {}

  @Operation('Change the own secret', { 201: clientWithSecretAnswer }, CHANGING)
  @Post('rotate-secret')
  @OpenRoute()
  @Header('Cache-Control', 'no-store')
  async rotate(@Req() request: FastifyRequest, @Body() body: unknown) {
    return issuedSecretView(await this.ownSecret.rotate(request, body));
  }
}
