import { Controller, Get, HttpCode, HttpStatus, Logger, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { PinwardError } from '#libs/errors';
import { RefusalLimits } from '../edge/rate-limits/refusal-limits.js';
import { anyQuery } from '../edge/requests/schema-parts.js';
import { OpenRoute, Undocumented, Zone } from '../edge/routes/declarations.js';
import { ConsoleSessions } from './console-sessions.js';
import { clearCookie, cookieOf, LOGIN_COOKIE, setLoginCookie, setSessionCookie } from './cookies.js';
import { beginAttempt, readAttempt, writeAttempt } from './login-attempt.js';
import { ConsoleProvider, LoginRefused } from './provider.js';

const loginQuery = z.strictObject({
  return_to: z.string().max(1_500).default(''),
  fresh: z.enum(['true', 'false']).default('false'),
});

/** Sends a person to the OpenID provider, and gives who comes back a session (docs/console.md). */
@Zone('operators')
@OpenRoute()
@Controller('console')
export class LoginController {
  private readonly logger = new Logger('Console');

  constructor(
    private readonly provider: ConsoleProvider,
    private readonly sessions: ConsoleSessions,
    private readonly refusals: RefusalLimits,
  ) {}

  @Undocumented()
  @Get('login')
  @HttpCode(HttpStatus.FOUND)
  async login(
    @Req() { sourceAddress }: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query({ schema: loginQuery }) { return_to, fresh }: z.infer<typeof loginQuery>,
  ) {
    await this.refusals.countTry(sourceAddress);
    const attempt = beginAttempt(return_to, fresh === 'true');
    await this.orSignedOut(reply, async () => {
      const url = await this.provider.begin(attempt);
      setLoginCookie(reply, writeAttempt(attempt));
      void reply.header('Location', url.href);
    });
  }

  @Undocumented()
  @Get('callback')
  @HttpCode(HttpStatus.FOUND)
  async callback(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    // The provider's: what it adds to code and state is not ours to refuse (RFC 6749, section 4.1.2).
    @Query({ schema: anyQuery }) _query: unknown,
  ) {
    await this.refusals.countTry(request.sourceAddress);
    const attempt = readAttempt(cookieOf(request, LOGIN_COOKIE));
    clearCookie(reply, LOGIN_COOKIE);
    await this.orSignedOut(reply, async () => {
      if (attempt === null) throw new LoginRefused('no login was begun in this browser');
      const query = request.url.slice(request.url.indexOf('?'));
      const secret = await this.sessions.begin(request, await this.provider.finish(query, attempt));
      setSessionCookie(reply, secret.reveal());
      void reply.header('Location', attempt.returnTo);
    });
  }

  /** The person lands on a page that says what to do. Why it is so stands in the log. */
  private async orSignedOut(reply: FastifyReply, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (fault) {
      const reason = reasonOf(fault);
      if (reason === null) throw fault;
      this.logger.warn(`a login at the console ended: ${reason}`, fault);
      void reply.header('Location', `/console/signed-out?reason=${reason}`);
    }
  }
}

function reasonOf(fault: unknown): 'refused' | 'unavailable' | null {
  if (fault instanceof LoginRefused) return 'refused';
  return fault instanceof PinwardError && fault.code === 'ISSUER_UNAVAILABLE' ? 'unavailable' : null;
}
