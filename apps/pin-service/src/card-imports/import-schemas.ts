import { z } from 'zod';
import { IMPORT_STATES, LINE_OUTCOMES, type CardImport, type LineRecord } from '#libs/pin';
import { LINE_CODES } from '#libs/sent-json';
import { page, time } from '../edge/requests/schema-parts.js';

const count = z.int().min(0);

export const importAnswer = z
  .object({
    importId: z.uuid(),
    requestId: z.string().describe('Of the upload: the same upload under it goes on'),
    state: z.enum(IMPORT_STATES),
    received: count.describe('Lines that have an outcome; blank lines are none'),
    registered: count,
    existing: count.describe('Lines whose references another import or call had registered'),
    failed: count,
    startedAt: time,
    changedAt: time,
  })
  .meta({ id: 'CardImport' });

const importedLine = z
  .object({
    line: z.int().min(1).describe('Counted from 1, blank lines included'),
    outcome: z.enum(LINE_OUTCOMES),
    cardRef: z.string().optional().describe('Missing where the line has none that may be told'),
    cardId: z.uuid().optional(),
    code: z.enum(LINE_CODES).optional(),
    pointer: z.string().optional().describe('JSON pointer (RFC 6901) into the line'),
    detail: z.string().optional(),
  })
  .meta({ id: 'ImportedLine' });
export const importedLinesAnswer = page(importedLine).meta({ id: 'ImportedLines' });

export const findImportSchema = z.strictObject({
  requestId: z
    .string()
    .regex(/^[\x21-\x7e]{1,128}$/, 'must be 1 to 128 visible ASCII characters')
    .describe('X-Request-ID of the upload, by the same client'),
});
export type FindImportQuery = z.infer<typeof findImportSchema>;

export const listLinesSchema = z.strictObject({
  outcome: z.enum(LINE_OUTCOMES).optional(),
  cursor: z.string().min(1).max(512).optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(200),
});
export type ListLinesQuery = z.infer<typeof listLinesSchema>;

export function importView(state: CardImport) {
  const { importId, requestId, registered, existing, failed } = state;
  return {
    importId,
    requestId,
    state: state.state,
    received: registered + existing + failed,
    registered,
    existing,
    failed,
    startedAt: state.startedAt.toISOString(),
    changedAt: state.changedAt.toISOString(),
  };
}

/** Members without a value are left out. */
export function lineView({ lineNo, outcome, cardRef, cardId, fault }: LineRecord) {
  return {
    line: lineNo,
    outcome,
    ...(cardRef === null ? {} : { cardRef }),
    ...(cardId === null ? {} : { cardId }),
    ...fault,
  };
}
