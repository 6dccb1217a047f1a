import { Body, Controller, Get, HttpCode, HttpStatus, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { OPERATOR_SCOPES } from '#libs/api-clients';
import { PinwardError } from '#libs/errors';
import { Caller } from '../edge/requests/handlers.js';
import { RequireScope, Undocumented, Zone } from '../edge/routes/declarations.js';
import { ConsoleSessions } from './console-sessions.js';
import { clearCookie, SESSION_COOKIE } from './cookies.js';
import type { ConsoleSession, SessionRow } from './session-rows.js';

const signOutSchema = z.strictObject({
  /** Also where the provider keeps its login. */
  at_provider: z.boolean(),
});
const SIGNED_OUT = '/console/signed-out';

/** The session of the browser at hand, and the person's others (docs/console.md). No part of the REST contract. */
@Zone('operators')
@RequireScope(...OPERATOR_SCOPES)
@Controller('console')
export class SessionsController {
  constructor(private readonly sessions: ConsoleSessions) {}

  @Undocumented()
  @Get('session')
  session(@Req() request: FastifyRequest, @Caller() { scopes }: Caller) {
    const session = sessionOf(request);
    const { row, secret } = session;
    return {
      session_id: row.session_id,
      subject: row.subject,
      name: row.name,
      tenant_id: row.tenant_id,
      scopes: [...scopes],
      csrf_token: secret.csrfToken(),
      signed_in_at: row.signed_in_at,
      fresh_until: this.sessions.freshUntil(session),
      idle_ends_at: row.idle_ends_at,
      ends_at: row.ends_at,
      provider_logout: row.sealed_id_token !== null,
    };
  }

  /** @returns where the page goes on: to the provider, which is asked to end its login as well, or to its own last page */
  @Undocumented()
  @Post('sign-out')
  @HttpCode(HttpStatus.OK)
  async signOut(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body({ schema: signOutSchema }) { at_provider }: z.infer<typeof signOutSchema>,
  ) {
    const session = sessionOf(request);
    clearCookie(reply, SESSION_COOKIE);
    const provider = await this.sessions.signOut(request, session, at_provider);
    return { continue_at: provider?.href ?? SIGNED_OUT };
  }

  @Undocumented()
  @Get('sessions')
  async list(@Req() request: FastifyRequest) {
    const session = sessionOf(request);
    const rows = await this.sessions.list(session);
    return { sessions: rows.map((row) => listed(row, row.session_id === session.row.session_id)) };
  }

  @Undocumented()
  @Post('sessions/:sessionId/end')
  @HttpCode(HttpStatus.NO_CONTENT)
  async end(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('sessionId') sessionId: string,
  ) {
    const session = sessionOf(request);
    if (sessionId === session.row.session_id) clearCookie(reply, SESSION_COOKIE);
    await this.sessions.end(request, session, sessionId);
  }
}

function sessionOf({ session }: FastifyRequest): ConsoleSession {
  // A token is no session.
  if (session === undefined) throw new PinwardError('TOKEN_MISSING');
  return session;
}

function listed(row: SessionRow, current: boolean) {
  const { session_id, signed_in_at, last_seen_at, ends_at, source_address, user_agent } = row;
  return { session_id, signed_in_at, last_seen_at, ends_at, source_address, user_agent, current };
}
