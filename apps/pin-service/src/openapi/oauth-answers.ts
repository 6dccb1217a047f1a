import { z } from 'zod';
import { OAUTH_ERRORS } from '../tokens/oauth-error.js';
import { component } from './component-schemas.js';
import type { Response } from './contract-types.js';
import { headersOf } from './headers.js';

/** RFC 6749, section 5.2. */
export const oauthError = z
  .object({ error: z.enum(OAUTH_ERRORS), error_description: z.string() })
  .describe('A refusal in the words of RFC 6749, section 5.2')
  .meta({ id: 'OAuthError' });

/** The token endpoint refuses in the words of RFC 6749, and with problems what never got that far. */
export function withOAuthErrors(
  problems: Readonly<Record<string, Response>>,
): Readonly<Record<string, Response>> {
  return {
    ...problems,
    400: refusal(
      [
        'invalid_request',
        'unauthorized_client',
        'unsupported_grant_type',
        'invalid_scope',
        'invalid_dpop_proof',
        'use_dpop_nonce',
      ],
      'No proper token request; a problem document where it is no proper request at all',
      problems['400'],
    ),
    401: refusal(
      ['invalid_client'],
      'The client is not known, or its secret, key, certificate or address is not accepted',
    ),
  };
}

function refusal(
  codes: readonly (typeof OAUTH_ERRORS)[number][],
  description: string,
  problem?: Response,
): Response {
  const unauthenticated = codes.includes('invalid_client');
  return {
    ...problem,
    description,
    headers: {
      ...headersOf(['X-Request-ID', ...(unauthenticated ? (['WWW-Authenticate'] as const) : [])]),
      ...headersOf([], ['RateLimit-Policy', 'RateLimit', 'X-Request-ID-Replaced', 'DPoP-Nonce']),
    },
    content: {
      'application/json': {
        schema: { allOf: [component('OAuthError'), { properties: { error: { enum: codes } } }] },
      },
      ...problem?.content,
    },
  };
}
