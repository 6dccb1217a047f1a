import type { JsonObject } from './answer.js';

/**
 * Problems that are outcomes of a call and no exceptions: what a cardholder is told about, with the members that come
 * along. docs/errors.md explains each.
 */
interface Refusals {
  /** The card was locked before: the PIN was not looked at. */
  PIN_LOCKED: object;
  PIN_NOT_SET: object;
  PIN_ALREADY_SET: object;
  /** The HSM has lost the key of this PIN: only a reset helps. */
  PIN_RESET_REQUIRED: object;
  PIN_TOO_WEAK: object;
  PIN_REUSED: object;
  CARD_FROZEN: object;
  CARD_CLOSED: object;
  CARD_DATA_MISSING: object;
  /** `attemptsRemaining` is above 0 when the same code may be typed again. */
  OTP_REJECTED: { readonly attemptsRemaining: number };
  /** This card alone had its share; `retryAfterSeconds` may be an hour. */
  OTP_LIMIT_REACHED: { readonly retryAfterSeconds: number };
}

export type RefusalCode = keyof Refusals;

/** `{ outcome: 'PIN_LOCKED' }` and the like: one variant for each code. */
export type Refusal<Code extends RefusalCode> = {
  [One in Code]: { readonly outcome: One } & Refusals[One];
}[Code];

/** Makes a result of the body of a good answer; nothing of a body that is none of the contract's. */
export type Reader<Result> = (body: JsonObject) => Result | undefined;

type Method = 'GET' | 'POST' | 'DELETE';
export type Route = `${Method} /${string}`;

/** "cardId" of "POST /v1/cards/{cardId}/close". */
type PathMember<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | PathMember<Rest>
  : never;

/** How the caller proves who it is: by an access token, by the client's secret or key itself, or not at all. */
export type Proof = 'token' | 'secret' | 'key' | 'none';

/** One call of the contract: how it is sent and what its answers are. */
export interface Operation<Input, Result> {
  readonly route: Route;
  readonly proof: Proof;
  readonly answers: Readonly<Record<number, Reader<Result>>>;
  readonly refusals: readonly RefusalCode[];
  /** The member that is the body: one line for each of its items. */
  readonly lines?: string;
  /** For types alone. */
  readonly input?: (input: Input) => void;
}

/** Members of the path, and `Members`, which go into the body of a POST and into the query of a GET. */
type InputOf<Path extends Route, Members> = Readonly<Record<PathMember<Path>, string>> & Members;

type Answers = Readonly<Record<number, Reader<unknown>>>;
type ResultOf<Read extends Answers> = Exclude<ReturnType<Read[keyof Read & number]>, undefined>;

interface Details<Read, Code, Members> {
  readonly answers: Read;
  readonly refusals?: readonly Code[];
  readonly lines?: keyof Members & string;
  readonly proof?: Proof;
}

/** `operation<Members>()('POST /v1/…', { answers })`: in two steps, because the second half is inferred. */
export function operation<Members extends object = object>() {
  return <const Path extends Route, const Read extends Answers, const Code extends RefusalCode = never>(
    route: Path,
    { answers, refusals = [], lines, proof = 'token' }: Details<Read, Code, Members>,
  ): Operation<InputOf<Path, Members>, ResultOf<Read> | Refusal<Code>> => ({
    ...{ route, refusals, proof },
    ...(lines === undefined ? {} : { lines }),
    // The values are those that the result is inferred from.
    answers: answers as Operation<never, ResultOf<Read>>['answers'],
  });
}

/** The body as it is. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- names what the contract says a body is
export function body<Body>(content: JsonObject): Body {
  return content as Body;
}

/** The body as one of several outcomes. */
export function outcome<const Name extends string, Body>(
  name: Name,
  read: (body: JsonObject) => Body,
): Reader<{ readonly outcome: Name } & Body> {
  return (content) => ({ ...read(content), outcome: name });
}
