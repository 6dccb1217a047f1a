import type { FastifyInstance, FastifyRequest } from 'fastify';
import { visit } from 'jsonc-parser';
import { StandardSchemaValidationPipe, type ArgumentMetadata } from '@nestjs/common';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { PinwardError } from '#libs/errors';
import './fastify-request.js';

export const BODY_LIMIT_BYTES = 16 * 1024;
const MAX_DEPTH = 16;
/** Takes forms and nothing else (RFC 6749, section 3.2). */
const TOKEN_PATH = '/v1/oauth/token';
/** Takes its client's credentials as the token endpoint does. */
const OWN_SECRET_PATH = '/v1/clients/self/rotate-secret';
const FORM_PATHS: readonly (string | undefined)[] = [TOKEN_PATH, OWN_SECRET_PATH];

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
class MalformedBody {
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
function isInherited(name: string): boolean {
  return name in Object.prototype;
}

function invalid(detail: string): PinwardError {
  return new PinwardError('REQUEST_INVALID', { errors: [{ pointer: '', detail }] });
}

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
    throw invalid('the body is not a form in UTF-8');
  }
}

/** At most this many faults are told. */
const MAX_FAULTS = 20;
const UNKNOWN_MEMBER = 'has a member that is not known here';

/** The guards have passed by now: what is no JSON is refused here. */
class ValidationPipe extends StandardSchemaValidationPipe {
  override async transform<T>(value: T, metadata: ArgumentMetadata): Promise<T> {
    if (value instanceof MalformedBody) throw value.refusal;
    // Strict schemas would take these for members of their own; those of a body were looked at when it was read.
    if (metadata.type === 'query' && Object.keys(value ?? {}).some(isInherited))
      throw invalid(UNKNOWN_MEMBER);
    return await super.transform(value, metadata);
  }
}

/** Checks bodies and queries against the zod schema named beside the parameter; faults become JSON pointers. */
export const validationPipe = new ValidationPipe({
  exceptionFactory: (issues: readonly StandardSchemaV1.Issue[]) =>
    new PinwardError('REQUEST_INVALID', {
      errors: issues
        .slice(0, MAX_FAULTS)
        .map((issue) => ({ pointer: jsonPointer(issue.path), detail: detailOf(issue) })),
    }),
});

/** The library's words name types and limits; only of unknown members do they repeat what was sent. */
function detailOf(issue: StandardSchemaV1.Issue): string {
  const isUnknownMember = 'code' in issue && issue.code === 'unrecognized_keys';
  return isUnknownMember ? UNKNOWN_MEMBER : issue.message;
}

/** RFC 6901, section 3. */
function jsonPointer(path: StandardSchemaV1.Issue['path']): string {
  return (path ?? [])
    .map((segment) => String(typeof segment === 'object' ? segment.key : segment))
    .map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');
}
