import type { PinKeySet } from '../pin-key.js';
import type { PinBody, PinPadMode } from './dialogue.js';

/** `<pinward-pin-pad>`, as a page sees it: docs/pin-pad.md. */
export interface PinPadElement extends HTMLElement {
  /** The answer of GET /v1/pin-keys, or a promise of it. */
  keySet?: PinKeySet | Promise<PinKeySet>;
  /**
   * Shows what came of the request.
   *
   * @param answer the body that the service answered, problems included, or a promise of it; a rejection has failed
   */
  answer(answer: unknown): Promise<void>;
  /** Forgets what was typed and begins with the first step. */
  restart(): void;
}

export interface PinEventDetail {
  readonly mode: PinPadMode;
  readonly body: PinBody;
}

export interface PinErrorDetail {
  /** Of a PinKeyError or PinBlockError, else `UNKNOWN`. */
  readonly code: string;
}
