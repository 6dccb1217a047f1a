import { Controller, Get, Header, Inject, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { SCOPES, SIGNING_ALGORITHMS } from '#libs/api-clients';
import { Operation, OpenRoute, Zone } from '../edge/routes/declarations.js';

/** What of the settings is public. */
export abstract class PublicSettings {
  abstract readonly issuer: string;
  /** Base URLs under which callers reach the service; none: that of the request's Host header. */
  abstract readonly publicUrls: readonly string[];
  /** Whether this listener asks for client certificates. */
  abstract readonly mutualTls: boolean;
}

const metadataAnswer = z
  .object({
    issuer: z.string(),
    token_endpoint: z.string(),
    jwks_uri: z.string(),
    scopes_supported: z.array(z.enum(SCOPES)),
    response_types_supported: z.array(z.string()).describe('None: there is no authorization endpoint'),
    grant_types_supported: z.array(z.literal('client_credentials')),
    token_endpoint_auth_methods_supported: z.array(z.string()),
    token_endpoint_auth_signing_alg_values_supported: z.array(z.enum(SIGNING_ALGORITHMS)),
    dpop_signing_alg_values_supported: z.array(z.enum(SIGNING_ALGORITHMS)),
    tls_client_certificate_bound_access_tokens: z.boolean(),
  })
  .meta({ id: 'AuthorizationServer' });

/** What the built-in issuer can do (RFC 8414; RFC 9449, section 5.1; RFC 8705, section 3.3). */
@Zone('card-apps', 'operators')
@Controller('.well-known')
export class MetadataController {
  constructor(@Inject(PublicSettings) private readonly settings: PublicSettings) {}

  @Operation('What the built-in issuer can do (RFC 8414)', { 200: metadataAnswer })
  @Get('oauth-authorization-server')
  @OpenRoute()
  @Header('Cache-Control', 'public, max-age=300')
  read(@Req() { host }: FastifyRequest) {
    const { issuer, mutualTls, publicUrls } = this.settings;
    const [base = `https://${host}`] = publicUrls;
    return {
      issuer,
      token_endpoint: `${base}/v1/oauth/token`,
      jwks_uri: `${base}/.well-known/jwks.json`,
      scopes_supported: SCOPES,
      response_types_supported: [],
      grant_types_supported: ['client_credentials'],
      token_endpoint_auth_methods_supported: [
        'private_key_jwt',
        ...(mutualTls ? ['tls_client_auth'] : []),
        'client_secret_basic',
        'client_secret_post',
      ],
      token_endpoint_auth_signing_alg_values_supported: SIGNING_ALGORITHMS,
      dpop_signing_alg_values_supported: SIGNING_ALGORITHMS,
      tls_client_certificate_bound_access_tokens: mutualTls,
    };
  }
}
