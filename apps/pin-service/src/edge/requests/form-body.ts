import type { FastifyInstance, FastifyRequest } from 'fastify';
import { PinwardError } from '#libs/errors';
import { BODY_LIMIT_BYTES, TOKEN_PATH } from './json-body.js';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function registerFormBodies(fastify: FastifyInstance): void {
  const options = { parseAs: 'buffer', bodyLimit: BODY_LIMIT_BYTES } as const;
  fastify.addContentTypeParser(
    'application/x-www-form-urlencoded',
    options,
    async ({ routeOptions }: FastifyRequest, body: Buffer) => {
      if (routeOptions.url !== TOKEN_PATH) throw new PinwardError('MEDIA_TYPE_UNSUPPORTED');
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
