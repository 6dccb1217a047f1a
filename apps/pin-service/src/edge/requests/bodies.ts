import {
  Injectable,
  type ArgumentMetadata,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
  type PipeTransform,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { visit } from 'jsonc-parser';
import { z } from 'zod';
import { faultsOf, sentence, UNKNOWN_MEMBER, unknownMembers } from '#libs/sent-json';
import { PinwardError } from '#libs/errors';
import './fastify-request.js';
import { schemasOf } from '../routes/route-table.js';
import { ZONE, type ZoneName } from '../routes/declarations.js';
import { requestInvalid } from './faults.js';

export const BODY_LIMIT_BYTES = 16 * 1024;
const MAX_DEPTH = 16;
/** PostgreSQL keeps no text that holds it (its documentation, section 8.3), so no call has a use for it. */
const NUL = '\0';
const HOLDS_NUL = 'a text holds the character U+0000, which no member takes';
/** Takes forms and nothing else (RFC 6749, section 3.2). */
const TOKEN_PATH = '/v1/oauth/token';
/** These take the client's credentials as the token endpoint does. */
const OWN_SECRET_PATH = '/v1/clients/self/rotate-secret';
const OWN_KEYS_PATH = '/v1/clients/self/rotate-keys';
/** OpenID Connect Back-Channel Logout 1.0, section 2.5: a form and nothing else. */
const LOGOUT_PATH = '/console/backchannel-logout';
const FORM_PATHS: readonly (string | undefined)[] = [TOKEN_PATH, OWN_SECRET_PATH, OWN_KEYS_PATH, LOGOUT_PATH];
const FORMS_ALONE: readonly (string | undefined)[] = [TOKEN_PATH, LOGOUT_PATH];

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Accepts `application/json` and nothing else, read strictly: invalid UTF-8 and duplicate member names are refused
 * (RFC 8259, sections 4 and 8.1, leave both to the parser, so two parsers could read two different requests).
 */
export function registerJsonBodies(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  const options = { parseAs: 'buffer', bodyLimit: BODY_LIMIT_BYTES } as const;
  fastify.addContentTypeParser('application/json', options, async (request: FastifyRequest, body: Buffer) => {
    if (FORMS_ALONE.includes(request.routeOptions.url)) throw new PinwardError('MEDIA_TYPE_UNSUPPORTED');
    request.rawBody = body;
    return parseLater(body);
  });
}

/** Takes lines of JSON, which its handler reads itself: as fast as it works on them. */
const LINES_PATH = '/v1/card-imports';
export const LINES_TYPE = 'application/x-ndjson';

export function registerLineBodies(fastify: FastifyInstance): void {
  fastify.addContentTypeParser(LINES_TYPE, async ({ routeOptions, raw }: FastifyRequest) => {
    if (routeOptions.url !== LINES_PATH) throw new PinwardError('MEDIA_TYPE_UNSUPPORTED');
    return raw;
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
      if (isInherited(name)) throw invalid(UNKNOWN_MEMBER);
      if (name.includes(NUL)) throw invalid(HOLDS_NUL);
      names?.add(name);
    },
    onLiteralValue: (value: unknown) => {
      if (typeof value === 'string' && value.includes(NUL)) throw invalid(HOLDS_NUL);
    },
  });
}

/** What every object has, so that a look-up by it finds something where nothing was given. */
function isInherited(name: string): boolean {
  return name in Object.prototype;
}

function invalid(detail: string): PinwardError {
  return requestInvalid([{ pointer: '', detail }]);
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

/**
 * Checks bodies and queries against the zod schema named beside the parameter. The guards have passed by now: what is no
 * JSON is refused here.
 */
class ValidationPipe implements PipeTransform {
  transform(value: unknown, { type, schema }: ArgumentMetadata): unknown {
    if (value instanceof MalformedBody) throw value.refusal;
    if (!(schema instanceof z.ZodType)) return value;
    const where = type === 'query' ? ({ in: 'query' } as const) : {};
    // Strict schemas would take these for members of their own; those of a body were looked at when it was read.
    if (type === 'query' && Object.keys(value ?? {}).some(isInherited))
      throw requestInvalid([{ pointer: '', ...where, detail: UNKNOWN_MEMBER }]);
    if (type === 'query' && Object.values(value ?? {}).some((text) => String(text).includes(NUL)))
      throw requestInvalid([{ pointer: '', ...where, detail: HOLDS_NUL }]);
    const read = schema.safeParse(value, { error: sentence });
    if (read.success) return read.data;
    throw requestInvalid(
      read.error.issues.flatMap((issue) => faultsOf(issue)).map((fault) => ({ ...fault, ...where })),
    );
  }
}

export const validationPipe = new ValidationPipe();

/**
 * Refuses a query where the handler reads none, as the schemas of the others refuse unknown members: a typing error must
 * not pass as consent. Probes and metrics are asked by machines that add what they like.
 */
@Injectable()
export class KnownQueries implements NestInterceptor {
  constructor(private readonly reflector: Reflector) {}

  intercept(execution: ExecutionContext, next: CallHandler) {
    const { query } = execution.switchToHttp().getRequest<FastifyRequest>();
    const names = Object.keys(query as object);
    if (names.length > 0 && !this.readsQuery(execution))
      throw requestInvalid(unknownMembers(names).map((fault) => ({ ...fault, in: 'query' as const })));
    return next.handle();
  }

  private readsQuery(execution: ExecutionContext): boolean {
    const [handler, controller] = [execution.getHandler(), execution.getClass()];
    const zones = this.reflector.getAllAndOverride<readonly ZoneName[] | undefined>(ZONE, [
      handler,
      controller,
    ]);
    return zones?.includes('internal') === true || schemasOf(controller, handler.name).query !== undefined;
  }
}
