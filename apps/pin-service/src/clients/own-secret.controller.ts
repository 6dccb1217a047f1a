import { Body, Controller, Header, Post, Req } from '@nestjs/common';
import { ApiBody, ApiConsumes, type ApiBodyOptions } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { clientWithSecretAnswer, issuedSecretView } from './client-view.js';
import { OwnSecret } from './own-secret.js';
import { Operation, OpenRoute, Zone } from '../edge/routes/declarations.js';

/** For a client that does not come by HTTP Basic. */
const form: ApiBodyOptions = {
  required: false,
  schema: {
    type: 'object',
    properties: { client_id: { type: 'string' }, client_secret: { type: 'string' } },
  },
};

/** A client changes its own secret, so that no operator has to hand it over. No token opens this: the secret does. */
@Zone('card-apps', 'operators')
@Controller('v1/clients/self')
export class OwnSecretController {
  constructor(private readonly ownSecret: OwnSecret) {}

  @Operation('Change the own secret', { 201: clientWithSecretAnswer })
  @Post('rotate-secret')
  @OpenRoute()
  @ApiConsumes('application/x-www-form-urlencoded')
  @ApiBody(form)
  @Header('Cache-Control', 'no-store')
  async rotate(@Req() request: FastifyRequest, @Body() body: unknown) {
    return issuedSecretView(await this.ownSecret.rotate(request, body));
  }
}
