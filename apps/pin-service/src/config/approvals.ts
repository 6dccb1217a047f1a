import type { Settings } from './schema.js';

/**
 * How many persons it takes to make power, as far as this service was told: APPROVALS, or what it was called while it
 * was about unlocks alone.
 */
export function approvalsOf({
  APPROVALS,
  UNLOCK_APPROVALS,
}: Pick<Settings, 'APPROVALS' | 'UNLOCK_APPROVALS'>): number | undefined {
  return APPROVALS ?? UNLOCK_APPROVALS;
}

/** What an operator should know at start; production tells that one operator suffices. */
export function approvalWarnings(settings: Settings, approvals: number): string[] {
  const warnings: string[] = [];
  if (settings.UNLOCK_APPROVALS !== undefined)
    warnings.push('UNLOCK_APPROVALS is called APPROVALS now, and is about more than unlocks: rename it');
  if (settings.PINWARD_ENV === 'production' && approvals === 1)
    warnings.push(
      'the policy asks for 1 approval: one operator with ops:clients and webhooks:manage can reset PINs and reveal cards',
    );
  return warnings;
}
