import { useQuery } from '@tanstack/react-query';
import { answered, api } from '../../api/client.js';
import { useMay } from '../../api/session.js';

/** Scopes of which each lets a person see the keys. */
export const KEY_SCOPES = ['ops:read', 'ops:policy'] as const;

/** All kinds of keys, and the processes that hold them. */
export function useKeys() {
  const may = useMay(...KEY_SCOPES);
  const query = useQuery({
    queryKey: ['keys'],
    queryFn: ({ signal }) => answered(api.GET('/v1/admin/keys', { signal })),
    enabled: may,
  });
  return { may, query };
}
