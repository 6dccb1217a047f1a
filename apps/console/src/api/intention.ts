import { useMutation, useQueryClient } from '@tanstack/react-query';
import { asProblem, type Problem } from './problem.js';
import { useSession } from './session.js';

/** A call with an effect, and the id under which it is repeated until it was answered. */
export interface Intention<Input, Output> {
  readonly run: (input: Input) => void;
  readonly running: boolean;
  readonly problem: Problem | null;
  readonly output: Output | undefined;
  readonly reset: () => void;
}

export interface IntentionOptions<Output> {
  /** After the answer. What was read before is read anew by then. */
  readonly done?: (output: Output) => void;
}

/**
 * A call with an effect. While nobody knows whether it had it (no answer, 5xx) the same input goes out under the same
 * request id, also after the page was loaded anew, so the service does it once.
 *
 * @param name of the intention, with what it is about: `unlock:<card id>`
 */
export function useIntention<Input, Output>(
  name: string,
  call: (input: Input, requestId: string) => Promise<Output>,
  { done }: IntentionOptions<Output> = {},
): Intention<Input, Output> {
  const queries = useQueryClient();
  const key = `intention:${useSession().subject}:${name}`;
  const mutation = useMutation<Output, Error, Input>({
    mutationFn: async (input) => {
      try {
        const output = await call(input, requestIdOf(key, JSON.stringify(input ?? null)));
        sessionStorage.removeItem(key);
        return output;
      } catch (error) {
        const problem = asProblem(error);
        // A login that is too old is no answer to what is meant: it goes out again after the return.
        if (!problem.isUndecided && problem.status !== 401) sessionStorage.removeItem(key);
        throw problem;
      }
    },
    // An answer may hold a secret: it goes with the page that shows it.
    gcTime: 0,
    onSuccess: async (output) => {
      await queries.invalidateQueries();
      done?.(output);
    },
  });
  return {
    run: mutation.mutate,
    running: mutation.isPending,
    problem: mutation.error === null ? null : asProblem(mutation.error),
    output: mutation.data,
    reset: mutation.reset,
  };
}

/** The id under which this input went out and was not answered, or a new one, which is remembered. */
export function requestIdOf(key: string, input: string, storage: Storage = sessionStorage): string {
  const [id, sent] = split(storage.getItem(key));
  if (id !== undefined && sent === input) return id;
  const requestId = crypto.randomUUID();
  storage.setItem(key, `${requestId} ${input}`);
  return requestId;
}

function split(stored: string | null): readonly [id?: string, input?: string] {
  if (stored === null) return [];
  const at = stored.indexOf(' ');
  return [stored.slice(0, at), stored.slice(at + 1)];
}
