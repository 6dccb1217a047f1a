import type { Lines } from '../calls/line-source.js';
import { body, operation } from '../calls/operation.js';
import type { RegisterCard } from './cards.js';
import type { CardImport, ImportedLine, LineOutcome } from './imported-cards.js';
import type { Page, PageOf } from './lists.js';

export interface ImportCards {
  /**
   * At most 100,000, each as `registerCard` takes it, or a line of JSON as it is, a text or bytes. A function, or what can be gone through
   * again, is sent again when an attempt breaks off; a generator is not.
   */
  readonly cards: Lines<RegisterCard | string | Uint8Array>;
}

export interface LinesAsked extends PageOf {
  readonly outcome?: LineOutcome | undefined;
}

export const CARD_IMPORT_OPERATIONS = {
  /**
   * Registers many cards. Give a `requestId` that you keep: the same cards under it go on where an earlier call broke off,
   * and none is registered twice. The time limit is an hour unless `timeoutMs` says otherwise.
   *
   * @throws PinwardError CARD_IMPORT_TOO_LONG and CARD_IMPORT_INTERRUPTED, with what is done as `problem.import`;
   *   REQUEST_ID_REUSED when other cards were sent under the id; OPERATION_RATE_LIMITED while other imports run
   * @throws what `cards` throws
   */
  importCards: operation<ImportCards>()('POST /v1/card-imports', {
    answers: { 200: body<CardImport> },
    lines: 'cards',
  }),
  /** The import of an upload, also while it runs. @throws PinwardError CARD_IMPORT_NOT_FOUND */
  findCardImport: operation<{ readonly requestId: string }>()('GET /v1/card-imports', {
    answers: { 200: body<CardImport> },
  }),
  /** @throws PinwardError CARD_IMPORT_NOT_FOUND, also for another tenant's import */
  readCardImport: operation()('GET /v1/card-imports/{importId}', { answers: { 200: body<CardImport> } }),
  /** What became of each line, in the order of the upload. `limit` is 200 unless given, and at most 1,000. */
  listImportedLines: operation<LinesAsked>()('GET /v1/card-imports/{importId}/lines', {
    answers: { 200: body<Page<ImportedLine>> },
  }),
};
