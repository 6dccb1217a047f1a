import { Body, Controller, Header, HttpCode, HttpStatus, Post, Req, Res, UseFilters } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { OAuthErrorFilter } from './oauth-error.js';
import { TokenEndpoint } from './token-endpoint.js';
import { z } from 'zod';
import { Operation, OpenRoute, Zone } from '../edge/routes/declarations.js';

/** RFC 6749, section 4.4.2; the client may come by HTTP Basic, or with a certificate, instead. */
const form = z
  .object({
    grant_type: z.literal('client_credentials'),
    client_id: z.string().optional(),
    client_secret: z.string().optional(),
    client_assertion_type: z.literal('urn:ietf:params:oauth:client-assertion-type:jwt-bearer').optional(),
    client_assertion: z.string().describe('A JWT that a key of the client has signed').optional(),
    tenant_id: z.string().describe('Where clients of several tenants have one id').optional(),
    scope: z.string().describe('Separated by blanks; all that the client may have unless given').optional(),
  })
  .meta({ id: 'TokenRequest', examples: [{ grant_type: 'client_credentials', scope: 'pin:validate' }] });

const tokenAnswer = z
  .object({
    access_token: z.string(),
    token_type: z.enum(['Bearer', 'DPoP']),
    expires_in: z.int(),
    scope: z.string(),
  })
  .meta({ id: 'Token' });

const ISSUING = {
  form,
  clientSecret: 'oauth',
  problems: ['HSM_UNAVAILABLE', 'CLIENT_KEYS_UNAVAILABLE'],
} as const;

/** RFC 6749, section 3.2. Both zones: operators' clients must not need the card apps' listener. */
@Zone('card-apps', 'operators')
@Controller('v1/oauth/token')
@UseFilters(OAuthErrorFilter)
export class TokensController {
  constructor(private readonly endpoint: TokenEndpoint) {}

  @Operation('Issue an access token (RFC 6749)', { 200: tokenAnswer }, ISSUING)
  @Post()
  @HttpCode(HttpStatus.OK)
  @OpenRoute()
  @Header('Cache-Control', 'no-store')
  async issue(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() asked: URLSearchParams,
  ) {
    return await this.endpoint.issue(request, reply, asked);
  }
}
