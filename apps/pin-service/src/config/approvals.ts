import type { Settings } from './schema.js';

/** How many persons it takes to make power: APPROVALS, or what it was called while it was about unlocks alone. */
export function approvalsOf({
  APPROVALS,
  UNLOCK_APPROVALS,
}: Pick<Settings, 'APPROVALS' | 'UNLOCK_APPROVALS'>): number {
  return APPROVALS ?? UNLOCK_APPROVALS ?? 1;
}

/** What an operator should know at start; production tells that one operator suffices. */
export function approvalWarnings(settings: Settings): string[] {
  const warnings: string[] = [];
  if (settings.UNLOCK_APPROVALS !== undefined)
    warnings.push('UNLOCK_APPROVALS is called APPROVALS now, and is about more than unlocks: rename it');
  if (settings.PINWARD_ENV === 'production' && approvalsOf(settings) === 1)
    warnings.push(
      'APPROVALS is 1: one operator with ops:clients and webhooks:manage can reset PINs and reveal cards',
    );
  return warnings;
}
