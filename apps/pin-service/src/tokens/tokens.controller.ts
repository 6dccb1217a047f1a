import { Body, Controller, Header, HttpCode, HttpStatus, Post, Req, UseFilters } from '@nestjs/common';
import { ApiBody, ApiConsumes, type ApiBodyOptions } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { OAuthErrorFilter } from './oauth-error.js';
import { TokenEndpoint } from './token-endpoint.js';
import { z } from 'zod';
import { Operation, OpenRoute, Zone } from '../edge/routes/declarations.js';

/** RFC 6749, section 4.4.2; the client may come by HTTP Basic instead. */
const form: ApiBodyOptions = {
  schema: {
    type: 'object',
    properties: {
      grant_type: { type: 'string', enum: ['client_credentials'] },
      client_id: { type: 'string' },
      client_secret: { type: 'string' },
      scope: { type: 'string' },
    },
    required: ['grant_type'],
  },
};

const tokenAnswer = z.object({
  access_token: z.string(),
  token_type: z.literal('Bearer'),
  expires_in: z.int(),
  scope: z.string(),
});

/** RFC 6749, section 3.2. Both zones: operators' clients must not need the card apps' listener. */
@Zone('card-apps', 'operators')
@Controller('v1/oauth/token')
@UseFilters(OAuthErrorFilter)
export class TokensController {
  constructor(private readonly endpoint: TokenEndpoint) {}

  @Operation('Issue an access token (RFC 6749)', { 200: tokenAnswer })
  @Post()
  @HttpCode(HttpStatus.OK)
  @OpenRoute()
  @ApiConsumes('application/x-www-form-urlencoded')
  @ApiBody(form)
  @Header('Cache-Control', 'no-store')
  async issue(@Req() request: FastifyRequest, @Body() asked: URLSearchParams) {
    return await this.endpoint.issue(request, asked);
  }
}
