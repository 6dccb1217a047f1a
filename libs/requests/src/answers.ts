import { type ErrorCode, PinwardError } from '#libs/errors';

export interface StoredBody {
  readonly body: Readonly<Record<string, unknown>>;
  /** False where a success made nothing new; that has its own status (200 instead of 201). */
  readonly created?: false;
  /** True where the effect comes later; that has its own status (202). */
  readonly accepted?: true;
}

/**
 * The final answer of an operation: either the body of the success or the problem's code and members. It is stored with
 * the effect and sent again to a repeated request. It holds no secret and no PAN.
 */
export type StoredAnswer =
  StoredBody | { readonly problem: ErrorCode; readonly members: Readonly<Record<string, unknown>> };

/** An answer on its way out; `replayed` sets the header Idempotent-Replayed. */
export interface Answered<Body> {
  readonly body: Body;
  readonly replayed: boolean;
  readonly created?: false;
  readonly accepted?: true;
}

/** An answer that is given for the first time, and is not stored, or is stored elsewhere. */
export function fresh<Body>(body: Body): Answered<Body> {
  return { body, replayed: false };
}

export function storedBody(body: Readonly<Record<string, unknown>>): StoredBody {
  return { body };
}

export function storedProblem(
  problem: ErrorCode,
  members: Readonly<Record<string, unknown>> = {},
): StoredAnswer {
  return { problem, members };
}

/**
 * Turns a final answer into what the use case returns or throws.
 *
 * @throws PinwardError when the answer is a problem
 */
export function answered<Body>(answer: StoredAnswer, { replayed } = { replayed: true }): Answered<Body> {
  if ('problem' in answer) throw new PinwardError(answer.problem, answer.members, { replayed });
  const { body, ...status } = answer;
  // The same use case wrote the body for the same request id, so it has the right shape.
  return { body: body as Body, replayed, ...status };
}

/** Stored as text, so that a repeated request gets the members in the same order. */
export function writeAnswer(answer: StoredAnswer | null): string | null {
  return answer === null ? null : JSON.stringify(answer);
}

export function readAnswer(text: string | null): StoredAnswer {
  const answer: unknown = text === null ? null : JSON.parse(text);
  if (!isStoredAnswer(answer)) throw new Error('a stored answer has neither body nor problem');
  return answer;
}

function isStoredAnswer(value: unknown): value is StoredAnswer {
  return typeof value === 'object' && value !== null && ('body' in value || 'problem' in value);
}
