import type { FastifyRequest } from 'fastify';
import type { EntityManager } from 'typeorm';
import { appendAudit, type AuditLine } from '#libs/requests';
import type { EndReason, KeptClaims, SessionRow, SessionRows } from './session-rows.js';

/** Ends a session with its line in the trail; nothing happens to one that has ended already. */
export async function endSession(
  rows: SessionRows,
  manager: EntityManager,
  request: FastifyRequest,
  row: SessionRow,
  reason: EndReason,
): Promise<void> {
  if (await rows.end(manager, row, reason)) await appendAudit(manager, [lineOfEnd(request, row, reason)]);
}

export function lineOfStart(request: FastifyRequest, claims: KeptClaims, sessionId: string): AuditLine {
  return lineOf(request, claims, 'session.start', 'started', sessionId);
}

export function lineOfEnd(
  request: FastifyRequest,
  { claims, session_id }: Pick<SessionRow, 'claims' | 'session_id'>,
  reason: EndReason,
): AuditLine {
  return lineOf(request, claims, 'session.end', reason, session_id);
}

function lineOf(
  { requestId, sourceAddress }: FastifyRequest,
  { tenant_id: tenantId, client_id: clientId, sub: subject }: KeptClaims,
  action: 'session.start' | 'session.end',
  result: string,
  sessionId: string,
): AuditLine {
  return {
    tenantId,
    clientId,
    subject,
    sourceAddress,
    requestId,
    action,
    result,
    cardId: null,
    eventNo: null,
    details: { sessionId },
  };
}
