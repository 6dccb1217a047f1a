import type { FastifyInstance, FastifyRequest } from 'fastify';
import { PinwardError } from '#libs/errors';
import { BODY_LIMIT_BYTES, OWN_SECRET_PATH, TOKEN_PATH } from './json-body.js';

const FORM_PATHS: readonly (string | undefined)[] = [TOKEN_PATH, OWN_SECRET_PATH];

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function registerFormBodies(fastify: FastifyInstance): void {
  const options = { parseAs: 'buffer', bodyLimit: BODY_LIMIT_BYTES } as const;
  fastify.addContentTypeParser(
    'application/x-www-form-urlencoded',
    options,
    async ({ routeOptions }: FastifyRequest, body: Buffer) => {
      if (!FORM_PATHS.includes(routeOptions.url)) throw new PinwardError('MEDIA_TYPE_UNSUPPORTED');
      return parseForm(body);
    },
  );
}

function parseForm(body: Buffer): URLSearchParams {
  try {
    return new URLSearchParams(utf8.decode(body));
  } catch {
    throw new PinwardError('REQUEST_INVALID', {
      errors: [{ pointer: '', detail: 'the body is not a form in UTF-8' }],
    });
  }
}
