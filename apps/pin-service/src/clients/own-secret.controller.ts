import { Body, Controller, Header, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ClientRegistry } from '#libs/api-clients';
import { RequireToken } from '../edge/authentication/scopes.js';
import { RequestContexts } from '../edge/requests/request-contexts.js';
import { Zone } from '../edge/zones/zone.js';
import { nothingSchema } from './client-schemas.js';
import { issuedSecretView } from './issued-secret-view.js';

/** A client changes its own secret, so that no operator has to hand it over. */
@Zone('card-apps', 'operators')
@Controller('v1/clients/self')
export class OwnSecretController {
  constructor(
    private readonly contexts: RequestContexts,
    private readonly clients: ClientRegistry,
  ) {}

  @Post('rotate-secret')
  @RequireToken()
  @Header('Cache-Control', 'no-store')
  async rotate(@Req() request: FastifyRequest, @Body({ schema: nothingSchema }) _body: unknown) {
    const context = await this.contexts.of(request);
    return issuedSecretView(await this.clients.rotateOwnSecret(context));
  }
}
