import type { FastifyInstance, FastifyRequest } from 'fastify';
import { visit } from 'jsonc-parser';
import { PinwardError } from '#libs/errors';
import './fastify-request.js';

export const BODY_LIMIT_BYTES = 16 * 1024;
const MAX_DEPTH = 16;
/** Takes forms and nothing else (RFC 6749, section 3.2). */
export const TOKEN_PATH = '/v1/oauth/token';
/** Takes its client's credentials as the token endpoint does. */
export const OWN_SECRET_PATH = '/v1/clients/self/rotate-secret';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Accepts `application/json` and nothing else, read strictly: invalid UTF-8 and duplicate member names are refused
 * (RFC 8259, sections 4 and 8.1, leave both to the parser, so two parsers could read two different requests).
 */
export function registerJsonBodies(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  const options = { parseAs: 'buffer', bodyLimit: BODY_LIMIT_BYTES } as const;
  fastify.addContentTypeParser('application/json', options, async (request: FastifyRequest, body: Buffer) => {
    if (request.routeOptions.url === TOKEN_PATH) throw new PinwardError('MEDIA_TYPE_UNSUPPORTED');
    request.rawBody = body;
    return parseLater(body);
  });
}

/** A body that is no proper JSON. Who sent it is asked first: the validation pipe refuses it after the guards. */
export class MalformedBody {
  constructor(readonly refusal: unknown) {}
}

function parseLater(body: Buffer): unknown {
  try {
    return parseStrictJson(body);
  } catch (refusal) {
    return new MalformedBody(refusal);
  }
}

/** @throws PinwardError REQUEST_INVALID */
export function parseStrictJson(body: Buffer): unknown {
  let text: string;
  let value: unknown;
  try {
    text = utf8.decode(body);
    value = JSON.parse(text);
  } catch {
    // The parser's own message would quote the body.
    throw invalid('the body is not JSON in UTF-8');
  }
  refuseAmbiguity(text);
  return value;
}

function refuseAmbiguity(text: string): void {
  const seen: Set<string>[] = [];
  const open = (): void => {
    if (seen.push(new Set()) > MAX_DEPTH) throw invalid('the body is nested too deeply');
  };
  const close = (): void => void seen.pop();
  visit(text, {
    onObjectBegin: open,
    onObjectEnd: close,
    onArrayBegin: open,
    onArrayEnd: close,
    onObjectProperty: (name) => {
      const names = seen.at(-1);
      if (names?.has(name) === true) throw invalid('a member name appears twice in one object');
      if (isInherited(name)) throw invalid('unknown member');
      names?.add(name);
    },
  });
}

/** What every object has, so that a look-up by it finds something where nothing was given. */
export function isInherited(name: string): boolean {
  return name in Object.prototype;
}

function invalid(detail: string): PinwardError {
  return new PinwardError('REQUEST_INVALID', { errors: [{ pointer: '', detail }] });
}
