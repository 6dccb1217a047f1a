import { Controller, Get, HttpCode, HttpStatus, Param, Query, Redirect, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PinwardError } from '#libs/errors';
import { anyQuery } from '../edge/requests/schema-parts.js';
import { OpenRoute, Undocumented, Zone } from '../edge/routes/declarations.js';
import { ConsoleFiles, type ConsoleFile } from './console-files.js';

/** Nothing inline, nothing from elsewhere, and no text becomes markup (Trusted Types). */
const CONSOLE_POLICY = [
  "default-src 'none'",
  ...['script-src', 'style-src', 'img-src', 'font-src', 'connect-src', 'form-action'].map(
    (kind) => `${kind} 'self'`,
  ),
  ...[
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ],
].join('; ');

const FIRST_PAGE = 'index.html';
const ASSETS = 'assets/';
/** The one page that belongs to no session. */
const SIGNED_OUT = 'signed-out';
/** Whose session it is takes as long to learn as the program takes to be read: the browser asks for both at once. */
const SESSION_AHEAD = '</console/session>; rel=preload; as=fetch; crossorigin';
const FOR_EVER = 'public, max-age=31536000, immutable';

/** The built console. Every path without a file is a page of it: the program in the browser knows which. */
@Zone('operators')
@OpenRoute()
@Controller('console')
export class ConsolePagesController {
  constructor(private readonly files: ConsoleFiles) {}

  @Undocumented()
  @Get()
  @Redirect('/console/', HttpStatus.FOUND)
  start() {}

  @Undocumented()
  @Get('*')
  @HttpCode(HttpStatus.OK)
  page(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('*') path: string,
    // Named, so that a query is accepted here: it is the page's.
    @Query({ schema: anyQuery }) _query: unknown,
  ): Buffer | undefined {
    const file = this.fileOf(path);
    void reply.headers({
      'Content-Type': file.type,
      'Content-Security-Policy': CONSOLE_POLICY,
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Resource-Policy': 'same-origin',
      'Cache-Control': file.isHashed ? FOR_EVER : 'no-cache',
      Vary: 'Accept-Encoding',
      ETag: file.etag,
    });
    if (file === this.files.get(FIRST_PAGE) && path !== SIGNED_OUT) void reply.header('Link', SESSION_AHEAD);
    if (request.headers['if-none-match'] === file.etag) {
      void reply.status(HttpStatus.NOT_MODIFIED);
      return undefined;
    }
    if (!/\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) return file.plain;
    void reply.header('Content-Encoding', 'gzip');
    return file.gzipped;
  }

  /** @throws PinwardError ROUTE_NOT_FOUND for an asset of another version: it must not look like one */
  private fileOf(path: string): ConsoleFile {
    const file = this.files.get(path) ?? (path.startsWith(ASSETS) ? undefined : this.files.get(FIRST_PAGE));
    if (file === undefined) throw new PinwardError('ROUTE_NOT_FOUND');
    return file;
  }
}
