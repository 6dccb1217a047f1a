import { workerData } from 'node:worker_threads';
import { PinVerifier } from '../contract/pin-verifier.js';
import type { EvaluationClock } from '../pkcs11/confirm-fault.js';
import { Cryptoki } from '../pkcs11/cryptoki.js';
import { assertKnownAnswers } from '../pkcs11/known-answer.js';
import {
  enrolPin,
  mac,
  matchPin,
  open,
  seal,
  sign,
  tagWeakPins,
  type WeakPinBatch,
} from '../pkcs11/pin-operations.js';
import type { SealPlace } from '../pkcs11/sealing.js';
import { startToken } from '../pkcs11/start-token.js';
import { Token } from '../pkcs11/token.js';
import { asBuffer } from './bytes.js';
import { writeDispatchRecord, writeLoginRecord, type LedgerEntry } from './dispatch-ledger.js';
import type {
  EnrolTask,
  HostReport,
  HostSettings,
  KnownAnswerTask,
  MacTask,
  MatchTask,
  OpenTask,
  Outcome,
  SealTask,
  SignTask,
  StartRefusal,
  VerifierFields,
} from './messages.js';
import { withTokenPin } from './token-pin-pipe.js';
import { outcomeOf, startRefusal } from './worker-faults.js';

/** What one worker thread is asked, one at a time. */
export type WorkerTask =
  | { readonly kind: 'start' }
  | { readonly kind: 'tag-batch'; readonly batch: WeakPinBatch }
  | MatchTask
  | EnrolTask
  | MacTask
  | SealTask
  | OpenTask
  | SignTask
  | KnownAnswerTask;

const settings = workerData as HostSettings;
let token: Token | null = null;

/** Entry of a worker thread: one session, synchronous calls, nothing thrown but by a fault of ours. */
export default function work(task: WorkerTask): HostReport | StartRefusal | Outcome<unknown> {
  switch (task.kind) {
    case 'start':
      return start();
    case 'match':
      return match(task);
    case 'enrol':
      return enrol(task);
    case 'tag-batch':
      return outcomeOf(ownToken, (held) => {
        const { cardBinding, nonce } = task.batch;
        return tagWeakPins(held, {
          ...task.batch,
          cardBinding: asBuffer(cardBinding),
          nonce: asBuffer(nonce),
        });
      });
    case 'mac':
      return outcomeOf(ownToken, (held) => mac(held, task.key, asBuffer(task.input)));
    case 'seal':
      return outcomeOf(ownToken, (held) => seal(held, placeOf(task), asBuffer(task.value)));
    case 'open':
      return outcomeOf(ownToken, (held) => open(held, placeOf(task), asBuffer(task.bytes)));
    case 'sign':
      return outcomeOf(ownToken, (held) => sign(held, task.keyKind, asBuffer(task.input)));
    case 'known-answer':
      return outcomeOf(ownToken, (held) => {
        assertKnownAnswers(held);
        return null;
      });
  }
}

function start(): HostReport | StartRefusal {
  try {
    const started = startToken(
      new Cryptoki(settings.module),
      tokenSettings(),
      withTokenPin,
      writeLoginRecord,
    );
    token = started.token;
    return started.report;
  } catch (error) {
    return startRefusal(error);
  }
}

/** The process is logged in and the module initialised by the time any other task arrives. */
function ownToken(): Token {
  token ??= new Token(new Cryptoki(settings.module), tokenSettings());
  return token;
}

function match(task: MatchTask): Outcome<unknown> {
  const question = { ...task, ciphertext: asBuffer(task.ciphertext), verifier: verifier(task.verifier) };
  const evaluation = new Evaluation(task.entry);
  return outcomeOf(ownToken, (held) => matchPin(held, question, evaluation), evaluation);
}

function enrol(task: EnrolTask): Outcome<unknown> {
  const { generation, nonce, tags } = task.weakPins;
  const weakPins = { generation, nonce: asBuffer(nonce), tags: asBuffer(tags) };
  const history = task.history.map(verifier);
  const question = { ...task, ciphertext: asBuffer(task.ciphertext), weakPins, history };
  const evaluation = new Evaluation(task.entry);
  return outcomeOf(ownToken, (held) => enrolPin(held, question, evaluation), evaluation);
}

function placeOf({ key, associatedData }: SealTask | OpenTask): SealPlace {
  return { ...key, associatedData: asBuffer(associatedData) };
}

class Evaluation implements EvaluationClock {
  dispatched = false;

  constructor(private readonly entry: LedgerEntry) {}

  now(): bigint {
    return process.hrtime.bigint();
  }

  reportDispatched(): void {
    this.dispatched = true;
    writeDispatchRecord(this.entry);
  }
}

function tokenSettings(): HostSettings['token'] {
  const registeredKeys = settings.token.registeredKeys.map((key) => ({
    ...key,
    fingerprint: asBuffer(key.fingerprint),
  }));
  return { ...settings.token, registeredKeys };
}

function verifier({ generation, salt, value }: VerifierFields): PinVerifier {
  return new PinVerifier(generation, asBuffer(salt), asBuffer(value));
}
