import { Controller, Get, Header, Param } from '@nestjs/common';
import { ERROR_CODES, PinwardError } from '#libs/errors';
import { OpenRoute, Undocumented, Zone } from '../routes/declarations.js';
import { PROBLEM_PAGES, problemPage } from './problem-page.js';

const PAGES = new Map(ERROR_CODES.map((code) => [code as string, problemPage(code)]));

/** Where the `type` of a problem leads (RFC 9457, section 3.1.1): constant text, made once, the same for everybody. */
@Zone('card-apps', 'operators')
@OpenRoute()
@Controller(PROBLEM_PAGES)
export class ProblemPagesController {
  @Undocumented()
  @Get(':code')
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Cache-Control', 'public, max-age=300')
  page(@Param('code') code: string) {
    const page = PAGES.get(code);
    if (page === undefined) throw new PinwardError('ROUTE_NOT_FOUND');
    return page;
  }
}
