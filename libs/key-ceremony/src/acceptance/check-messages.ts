import type { CheckModuleRequest } from './check-module.js';
import type { Finding } from './finding.js';

/** To the process that tries the module. */
export interface CheckTask {
  readonly kind: 'check' | 'remove';
  readonly request: Omit<CheckModuleRequest, 'userPin' | 'servicePin' | 'officerPin'>;
  /** Secrets cross the channel as text: a SecretText would arrive redacted. */
  readonly userPin: string;
  readonly servicePin: string;
  readonly officerPin: string | null;
}

/** From it; the last one is `done` or `refused`, unless the module ended the process. */
export type CheckMessage =
  | { readonly kind: 'group'; readonly group: string }
  | { readonly kind: 'findings'; readonly findings: readonly Finding[] }
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly message: string };
