import { createHash } from 'node:crypto';
import {
  createParamDecorator,
  Injectable,
  type ExecutionContext,
  type PipeTransform,
  Param,
  HttpStatus,
  type CallHandler,
  type NestInterceptor,
} from '@nestjs/common';
import type { FastifyRequest, FastifyReply } from 'fastify';
import { map, type Observable } from 'rxjs';
import { lengthPrefixed } from '#libs/hsm';
import type { RequestClaim, RequestContext, Answered } from '#libs/requests';
import { PinwardError } from '#libs/errors';
import type { Caller as KnownCaller } from '../authentication/caller.js';
import './fastify-request.js';
import { RequestFingerprints } from './request-fingerprints.js';

/** What handlers take of a request, and how their answers go out. */

/** @throws PinwardError TOKEN_MISSING on an open route, where there is no caller */
export function callerOf(request: FastifyRequest): Caller {
  if (request.caller === undefined) throw new PinwardError('TOKEN_MISSING');
  return request.caller;
}

/** The caller, as a parameter of a handler. */
export type Caller = KnownCaller;
export const Caller = createParamDecorator((_: unknown, execution: ExecutionContext) =>
  callerOf(execution.switchToHttp().getRequest<FastifyRequest>()),
);

/** Called by a handler, when all that was sent is known to be sound: until then the request keeps the id it came with. */
export type MakeContext = () => Promise<RequestContext>;

/** Who asks and under which id, in the domain's words. */
@Injectable()
export class RequestContexts implements PipeTransform<FastifyRequest, MakeContext> {
  constructor(private readonly fingerprints: RequestFingerprints) {}

  transform(request: FastifyRequest): MakeContext {
    return () => this.of(request);
  }

  async of(request: FastifyRequest): Promise<RequestContext> {
    const caller = callerOf(request);
    const { tenantId, clientId, subject, issuer, certificateThumbprint, keyThumbprint } = caller;
    const isBound = certificateThumbprint !== null || keyThumbprint !== null;
    await this.hashSecretId(request, caller);
    const { requestId, sourceAddress } = request;
    return {
      tenantId,
      clientId,
      subject,
      ...(issuer === undefined ? {} : { issuer }),
      ...(isBound ? { tokenBound: true as const } : {}),
      sourceAddress,
      requestId,
      claim: await this.claim(request, caller),
    };
  }

  /** From here on the request is known, logged and repeated under the hash (docs/adr/0026). */
  private async hashSecretId(request: FastifyRequest, { tenantId, clientId }: Caller): Promise<void> {
    const { secretRequestId } = request;
    if (secretRequestId === null) return;
    request.requestId = await this.fingerprints.ofSecretId({ tenantId, clientId }, secretRequestId);
    request.secretRequestId = null;
  }

  private async claim(request: FastifyRequest, { tenantId, clientId }: Caller): Promise<RequestClaim> {
    const { method, requestId, rawBody } = request;
    const key = createHash('sha256')
      .update(lengthPrefixed(clientId, method, canonicalPath(request), requestId))
      .digest();
    if (!request.requestIdGiven) return { key, fingerprint: null };
    return { key, ...(await this.fingerprints.of(tenantId, rawBody)) };
  }
}

const RequestAtHand = createParamDecorator((_: unknown, execution: ExecutionContext) =>
  execution.switchToHttp().getRequest<FastifyRequest>(),
);

/** The context of the request at hand, as a parameter of a handler. */
export const Context = () => RequestAtHand(RequestContexts);

/**
 * The path of a request in one spelling: its route with the decoded parameters, encoded anew (RFC 3986, section 6.2.2). A
 * query is no part of it: no route that changes anything takes one.
 */
export function canonicalPath({ routeOptions, params, url }: FastifyRequest): string {
  const given = params as Readonly<Record<string, string>>;
  const route = routeOptions.url ?? url;
  return route.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(given[name] ?? ''));
}

const CARD_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether a card could have this id. */
export function isCardId(value: string): boolean {
  return CARD_ID.test(value);
}

/** Ids are opaque: what cannot be a card id is an unknown card, not an invalid request. */
class CardIdPipe implements PipeTransform<string, string> {
  transform(value: string): string {
    if (!isCardId(value)) throw new PinwardError('CARD_NOT_FOUND');
    return value;
  }
}

/** The card that the path names. */
export const CardId = () => Param('cardId', CardIdPipe);

/** Sends the body of an answer; marks a repeated one, one that made nothing new (200), one still to take effect (202). */
@Injectable()
export class AnsweredInterceptor implements NestInterceptor<Answered<unknown>> {
  intercept(execution: ExecutionContext, next: CallHandler<Answered<unknown>>): Observable<unknown> {
    const reply = execution.switchToHttp().getResponse<FastifyReply>();
    const request = execution.switchToHttp().getRequest<FastifyRequest>();
    return next.handle().pipe(
      map(({ body, replayed, created, accepted }) => {
        // What it brought about was recorded in its transaction.
        request.recorded = request.method !== 'GET' && !replayed && created !== false;
        if (replayed) void reply.header('Idempotent-Replayed', 'true');
        if (created === false) void reply.status(HttpStatus.OK);
        if (accepted === true) void reply.status(HttpStatus.ACCEPTED);
        return body;
      }),
    );
  }
}
