import { hasProductionRules } from './environments.js';
import type { Settings } from './schema.js';

/**
 * How many persons power takes, according to this service's settings: APPROVALS, or its earlier name, which was for
 * unlocks alone.
 */
export function approvalsOf({
  APPROVALS,
  UNLOCK_APPROVALS,
}: Pick<Settings, 'APPROVALS' | 'UNLOCK_APPROVALS'>): number | undefined {
  return APPROVALS ?? UNLOCK_APPROVALS;
}

/** What an operator should know at start; production warns that one operator suffices. */
export function approvalWarnings(settings: Settings, approvals: number): string[] {
  const warnings: string[] = [];
  if (settings.UNLOCK_APPROVALS !== undefined)
    warnings.push('UNLOCK_APPROVALS is called APPROVALS now, and is about more than unlocks: rename it');
  if (hasProductionRules(settings) && approvals === 1)
    warnings.push(
      'the policy asks for 1 approval: one operator with ops:clients and webhooks:manage can reset PINs and reveal cards',
    );
  return warnings;
}
