import { Body, Controller, Header, HttpCode, HttpStatus, Logger, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { RefusalLimits } from '../edge/rate-limits/refusal-limits.js';
import { requestInvalid } from '../edge/requests/faults.js';
import { OpenRoute, Undocumented, Zone } from '../edge/routes/declarations.js';
import { LogoutTokenRefused } from './logout-token.js';
import { ProviderLogouts } from './provider-logouts.js';

/**
 * Where the OpenID provider says that a login has ended (docs/console.md). It shows no cookie, so no page can forge it: what
 * counts is the provider's signature. A refusal has status 400 (OpenID Connect Back-Channel Logout 1.0, section 2.8).
 */
@Zone('operators')
@OpenRoute()
@Controller('console/backchannel-logout')
export class BackchannelLogoutController {
  private readonly logger = new Logger('Console');

  constructor(
    private readonly logouts: ProviderLogouts,
    private readonly refusals: RefusalLimits,
  ) {}

  @Undocumented()
  @Post()
  @HttpCode(HttpStatus.OK)
  @Header('Cache-Control', 'no-store')
  async end(@Req() request: FastifyRequest, @Body() form: URLSearchParams): Promise<void> {
    try {
      const [token = '', ...others] = form.getAll('logout_token');
      if (others.length > 0) throw new LogoutTokenRefused('more than one');
      await this.logouts.end(request, token);
    } catch (fault) {
      if (!(fault instanceof LogoutTokenRefused)) throw fault;
      this.logger.warn('a logout token was refused', fault);
      const refusal = requestInvalid([
        { pointer: '/logout_token', detail: 'the logout token is not accepted' },
      ]);
      throw await this.refusals.counted(refusal, request.sourceAddress);
    }
  }
}
