import { Body, Controller, Header, HttpCode, HttpStatus, Post, Req, UseFilters } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { OpenRoute } from '../edge/authentication/scopes.js';
import { Zone } from '../edge/zones/zone.js';
import { OAuthErrorFilter } from './oauth-error.filter.js';
import { TokenEndpoint } from './token-endpoint.js';

/** RFC 6749, section 3.2. Both zones: operators' clients must not need the card apps' listener. */
@Zone('card-apps', 'operators')
@Controller('v1/oauth/token')
@UseFilters(OAuthErrorFilter)
export class TokensController {
  constructor(private readonly endpoint: TokenEndpoint) {}

  @Post()
  @HttpCode(HttpStatus.OK)
  @OpenRoute()
  @Header('Cache-Control', 'no-store')
  async issue(@Req() request: FastifyRequest, @Body() form: URLSearchParams) {
    return await this.endpoint.issue(request, form);
  }
}
