import { QueryClient } from '@tanstack/react-query';
import { asProblem } from './problem.js';

/**
 * Nothing is read anew by a timer: that would keep the session of a person who has left. A page that is looked at again
 * is, and what was changed here.
 */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // Where there is no connection the call fails and is told, instead of waiting silently.
      networkMode: 'always',
      staleTime: 5_000,
      retry: (failures, error) => asProblem(error).status === 0 && failures < 2,
      retryDelay: (attempt) => 500 * 2 ** attempt,
    },
    mutations: { networkMode: 'always', retry: false },
  },
});
