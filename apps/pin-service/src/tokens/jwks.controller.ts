import { Controller, Get, Header } from '@nestjs/common';
import { PinHsm } from '#libs/hsm';
import { OpenRoute } from '../edge/authentication/scopes.js';
import { Zone } from '../edge/zones/zone.js';

/** The public keys of the built-in issuer (RFC 7517, section 5), for whoever else checks its tokens. */
@Zone('card-apps', 'operators')
@Controller('.well-known')
export class JwksController {
  constructor(private readonly hsm: PinHsm) {}

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
