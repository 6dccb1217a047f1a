import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Controller, Get, Header, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { PinwardError } from '#libs/errors';
import { OpenRoute, Undocumented, Zone } from '../edge/routes/declarations.js';

const require = createRequire(import.meta.url);

/** The page loads only its own parts and the document. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'";

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8"><title>Pinward API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</html>`;
const START = "SwaggerUIBundle({ url: '/openapi.json', dom_id: '#swagger-ui' });";

const ASSETS: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
};

/** The API document for people: only in development, unless API_DOCS asks for it. */
@Zone('card-apps', 'operators')
@OpenRoute()
@Controller('docs')
export class ApiPagesController {
  @Undocumented()
  @Get()
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Content-Security-Policy', POLICY)
  page() {
    return PAGE;
  }

  @Undocumented()
  @Get(':asset')
  async asset(@Param('asset') asset: string, @Res({ passthrough: true }) reply: FastifyReply) {
    const { type, content } = await assetOf(asset);
    void reply.header('Content-Type', type);
    return content;
  }
}

async function assetOf(name: string): Promise<{ readonly type: string; readonly content: string }> {
  if (name === 'start.js') return { type: 'text/javascript; charset=utf-8', content: START };
  const type = Object.hasOwn(ASSETS, name) ? ASSETS[name] : undefined;
  if (type === undefined) throw new PinwardError('ROUTE_NOT_FOUND');
  return { type, content: await readFile(require.resolve(`swagger-ui-dist/${name}`), 'utf8') };
}
