import { useQuery } from '@tanstack/react-query';
import { answered, api } from '../../api/client.js';
import { useMay } from '../../api/session.js';
import { MAX_AGE_DAYS } from './ages.js';

/** Days after which a secret is too old: of the policy, where the person may read it. */
export function useMaxAge(): number {
  const policy = useQuery({
    queryKey: ['policy'],
    queryFn: () => answered(api.GET('/v1/admin/policy')),
    enabled: useMay('ops:read', 'ops:policy'),
    staleTime: 60_000,
  });
  const limits = policy.data?.policy as Readonly<Record<string, unknown>> | undefined;
  const days = limits?.['clientSecretMaxAgeDays'];
  return typeof days === 'number' ? days : MAX_AGE_DAYS;
}
