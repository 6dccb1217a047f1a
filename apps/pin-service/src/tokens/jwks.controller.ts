import { Controller, Get, Header } from '@nestjs/common';
import { PinHsm } from '#libs/hsm';
import { z } from 'zod';
import { rsaPublicKey } from '../edge/requests/schema-parts.js';
import { Operation, OpenRoute, Zone } from '../edge/routes/declarations.js';

const jwksAnswer = z
  .object({
    keys: z.array(z.object({ ...rsaPublicKey, alg: z.literal('RS256'), use: z.literal('sig') })),
  })
  .meta({ id: 'TokenKeys' });

/** The public keys of the built-in issuer (RFC 7517, section 5), for other programs that check its tokens. */
@Zone('card-apps', 'operators')
@Controller('.well-known')
export class JwksController {
  constructor(private readonly hsm: PinHsm) {}

  @Operation('Public keys of access tokens', { 200: jwksAnswer })
  @Get('jwks.json')
  @OpenRoute()
  @Header('Cache-Control', 'public, max-age=300')
  keys() {
    const keys = this.hsm.signingKeys('token-signing').map(({ kid, n, e }) => {
      return { kty: 'RSA', kid, alg: 'RS256', use: 'sig', n, e };
    });
    return { keys };
  }
}
