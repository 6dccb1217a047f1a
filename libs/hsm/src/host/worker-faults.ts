import {
  DeviceFault,
  EnvelopeUnreadable,
  EvaluationLost,
  HsmFault,
  HsmMisconfigured,
  HsmUnavailable,
  SealBroken,
  VerifierGivenUp,
} from '../contract/faults.js';
import { ckrClass, ckrText } from '../pkcs11/ckr.js';
import { isSound } from '../pkcs11/known-answer.js';
import { LoginFailed } from '../pkcs11/start-token.js';
import type { Token } from '../pkcs11/token.js';
import type { FaultKind, Outcome, StartRefusal } from './messages.js';

/**
 * Runs one task. Every error becomes a fault that can cross a thread. Module errors are reduced to their number, so
 * that no argument's value goes with them.
 */
export function outcomeOf<Reply>(
  ownToken: () => Token,
  task: (token: Token) => Reply,
  evaluation: { readonly dispatched: boolean } = { dispatched: false },
): Outcome<Reply> {
  let token: Token;
  try {
    token = ownToken();
    // Opens the session and picks the keys up if that is still to be done.
    void token.keys;
  } catch (error) {
    return { fault: 'no-session', message: textOf(error) };
  }
  try {
    return { reply: task(token) };
  } catch (error) {
    const { dispatched } = evaluation;
    return { fault: faultKind(error, { dispatched, isSound: () => isSound(token) }), message: textOf(error) };
  }
}

export function startRefusal(error: unknown): StartRefusal {
  const message = textOf(error);
  if (error instanceof LoginFailed) return { refusal: `login-${error.verdict}`, message };
  const passing = ckrClass(error) === 'device' || ckrClass(error) === 'session';
  return { refusal: passing ? 'failing' : 'misconfigured', message };
}

interface Circumstances {
  readonly dispatched: boolean;
  isSound(): boolean;
}

function faultKind(error: unknown, circumstances: Circumstances): FaultKind {
  if (error instanceof EnvelopeUnreadable) return 'unreadable';
  if (error instanceof HsmUnavailable) return 'unavailable';
  if (error instanceof EvaluationLost) return 'lost';
  if (error instanceof DeviceFault) return error.lost ? 'device-lost' : 'device';
  if (error instanceof SealBroken) return 'seal-broken';
  if (error instanceof VerifierGivenUp) return 'given-up';
  // An unexpected error. The try is given back only if nothing was opened.
  if (circumstances.dispatched) return 'lost';
  // Outside evaluations the module's own errors arrive here; an input that it refuses must not end the host.
  return error instanceof HsmMisconfigured || !circumstances.isSound() ? 'no-session' : 'unavailable';
}

function textOf(error: unknown): string {
  return error instanceof HsmFault ? error.message : ckrText(error);
}
