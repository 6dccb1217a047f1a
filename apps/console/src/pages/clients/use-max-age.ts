import { useQuery } from '@tanstack/react-query';
import { policyQuery } from '../../api/policy.js';
import { useMay } from '../../api/session.js';
import { MAX_AGE_DAYS } from './ages.js';

/** Days after which a secret is too old: of the policy, where the person may read it. */
export function useMaxAge(): number {
  const policy = useQuery({ ...policyQuery, enabled: useMay('ops:read', 'ops:policy') });
  const limits = policy.data?.policy as Readonly<Record<string, unknown>> | undefined;
  const days = limits?.['clientSecretMaxAgeDays'];
  return typeof days === 'number' ? days : MAX_AGE_DAYS;
}
