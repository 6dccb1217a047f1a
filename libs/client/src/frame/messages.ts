import type { PinEventDetail } from '../pin-pad/index.js';
import type { PinKeySet } from '../pin-key.js';

/** The first message, to the window of the frame, with a port for all others. */
export const CONNECT = { pinward: 'connect', version: 1 } as const;

/** Attributes of the pad that the embedding page may set. What the keys must be signed by is not among them. */
export const PAD_ATTRIBUTES = [
  'mode',
  'layout',
  'min',
  'max',
  'digits',
  'auto-confirm',
  'card-id',
  'pin-account',
] as const;

export interface ShowMessage {
  readonly type: 'show';
  /** Those above, and `text-NAME`. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly keySet: PinKeySet;
  readonly lang: string;
  readonly dir: string;
  readonly colorScheme: string;
  /** `--pinward-NAME` and what it is. */
  readonly theme: Readonly<Record<string, string>>;
}

export type ToFrame =
  | ShowMessage
  | { readonly type: 'answer'; readonly body: unknown }
  | { readonly type: 'restart' }
  | { readonly type: 'focus' };

export type ToPage =
  | { readonly type: 'welcome' }
  | { readonly type: 'refused'; readonly code: 'FRAME_ORIGIN_REFUSED' | 'FRAME_NOT_SET_UP' }
  | ({ readonly type: 'pin' } & PinEventDetail)
  | { readonly type: 'error'; readonly code: string }
  | { readonly type: 'size'; readonly height: number };
