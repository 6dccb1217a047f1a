import { workerData } from 'node:worker_threads';
import type {
  AttestationCheck,
  AttestedVerdict,
  EvaluationName,
  VerdictMac,
} from '../contract/attestation.js';
import { HsmMisconfigured } from '../contract/faults.js';
import type { CardIdentity } from '../contract/pin-hsm.js';
import { PinVerifier } from '../contract/pin-verifier.js';
import type { AttestationKeys } from '../evaluation/attestation.js';
import {
  deriveAttestationKeys,
  type Dispatch,
  enrolPin,
  mac,
  matchPin,
  open,
  seal,
  sign,
  tagWeakPins,
  type WeakPinBatch,
} from '../pkcs11/pin-operations.js';
import { Cryptoki } from '../pkcs11/cryptoki.js';
import { assertKnownAnswers } from '../pkcs11/known-answer.js';
import type { SealParameters } from '../pkcs11/sealing.js';
import { softHsmFault } from '../pkcs11/softhsm-configuration.js';
import { LoginFailed, startToken } from '../pkcs11/start-token.js';
import { Token } from '../pkcs11/token.js';
import {
  asBuffer,
  type AttestBeginningTask,
  type CheckAttestationsTask,
  type EnrolTask,
  type FaultKind,
  type HostReport,
  type HostSettings,
  type KnownAnswerTask,
  type MacTask,
  type MatchTask,
  type OpenTask,
  type Outcome,
  type ProtectTask,
  type SealTask,
  type SignTask,
  type StartRefusal,
  type VerifierFields,
} from './messages.js';
import { writeDispatchRecord, writeLoginRecord, type LedgerEntry } from './dispatch-ledger.js';
import { withTokenPin } from './token-pin-pipe.js';
import { outcomeOf, startRefusal } from './worker-faults.js';

/** The tasks of one worker thread, which does one at a time. */
export type WorkerTask =
  | { readonly kind: 'start' }
  | { readonly kind: 'tag-batch'; readonly batch: WeakPinBatch }
  | MatchTask
  | EnrolTask
  | MacTask
  | SealTask
  | ProtectTask
  | OpenTask
  | SignTask
  | AttestBeginningTask
  | CheckAttestationsTask
  | KnownAnswerTask;

const settings = workerData as HostSettings;
let token: Token | null = null;
/** Made in this thread's first known-answer test, so that no request waits for it. */
let attestation: AttestationKeys | null = null;

/** Entry of a worker thread: one session, synchronous calls. It throws only after a fault of our own. */
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
      return outcomeOf(ownToken, (held) => seal(held, sealParameters(task), asBuffer(task.value)));
    case 'protect':
      return outcomeOf(ownToken, (held) => ({
        seals: task.seals.map((each) => seal(held, sealParameters(each), asBuffer(each.value))),
        macs: task.macs.map(({ key, input }) => mac(held, key, asBuffer(input))),
      }));
    case 'open':
      return outcomeOf(ownToken, (held) => open(held, sealParameters(task), asBuffer(task.bytes)));
    case 'sign':
      return outcomeOf(ownToken, (held) => sign(held, task.keyKind, asBuffer(task.input)));
    case 'attest-beginning':
      return outcomeOf(ownToken, (held) => ownAttestation(held).beginning(task.requestId));
    case 'check-attestations':
      return outcomeOf(ownToken, (held) => checks(held, task));
    case 'known-answer':
      return outcomeOf(ownToken, (held) => {
        assertKnownAnswers(held);
        ownAttestation(held);
        return null;
      });
  }
}

function start(): HostReport | StartRefusal {
  try {
    const { workers } = settings;
    const options = { workers, recordLogin: writeLoginRecord };
    const started = startToken(new Cryptoki(settings.module), tokenSettings(), withTokenPin, options);
    token = started.token;
    return started.report;
  } catch (error) {
    const { module, softHsmConfiguration } = settings;
    const fault = error instanceof LoginFailed ? null : softHsmFault(module, softHsmConfiguration);
    return startRefusal(fault === null ? error : new HsmMisconfigured(`SoftHSM2 does not start: ${fault}`));
  }
}

/** When any other task arrives, the process is logged in and the module initialised. */
function ownToken(): Token {
  token ??= new Token(new Cryptoki(settings.module), tokenSettings());
  return token;
}

function match(task: MatchTask): Outcome<unknown> {
  const question = { ...task, ciphertext: asBuffer(task.ciphertext), verifier: verifier(task.verifier) };
  const dispatch = new RecordedDispatch(task.entry);
  const outcome = outcomeOf(
    ownToken,
    (held) => matchPin(held, question, { dispatch, attestation: ownAttestation(held) }),
    dispatch,
  );
  return attestedFault(outcome, { ...task, verdictOf: verdictOfFault, compared: question.verifier });
}

function enrol(task: EnrolTask): Outcome<unknown> {
  const { generation, nonce, tags } = task.weakPins;
  const weakPins = { generation, nonce: asBuffer(nonce), tags: asBuffer(tags) };
  const history = task.history.map(verifier);
  const question = { ...task, ciphertext: asBuffer(task.ciphertext), weakPins, history };
  const dispatch = new RecordedDispatch(task.entry);
  const outcome = outcomeOf(
    ownToken,
    (held) => enrolPin(held, question, { dispatch, attestation: ownAttestation(held) }),
    dispatch,
  );
  if (task.evaluation === null) return outcome;
  // The verdict on the current PIN stands; a new PIN that does not open has no verdict.
  const verdictOf = (fault: FaultKind) => (fault === 'unreadable' ? null : verdictOfFault(fault));
  return attestedFault(outcome, { ...task, evaluation: task.evaluation, verdictOf, compared: null });
}

function ownAttestation(held: Token): AttestationKeys {
  attestation ??= deriveAttestationKeys(held);
  return attestation;
}

interface FaultedEvaluation {
  readonly card: CardIdentity;
  readonly evaluation: EvaluationName;
  readonly compared: PinVerifier | null;
  readonly verdictOf: (fault: FaultKind) => AttestedVerdict | null;
}

/** A fault, with the host's word if it amounts to a verdict. */
function attestedFault(
  outcome: Outcome<unknown>,
  { card, evaluation, compared, verdictOf }: FaultedEvaluation,
): Outcome<unknown> {
  if (!('fault' in outcome) || attestation === null) return outcome;
  const verdict = verdictOf(outcome.fault);
  if (verdict === null) return outcome;
  const seen = verdict === 'given-back' ? null : compared;
  const verdictMac: VerdictMac = attestation.verdict(card, evaluation, { verdict, compared: seen });
  return { ...outcome, verdictMac };
}

/** The verdict by which the parent will settle it (docs/try-counter.md, "What costs a try"). */
function verdictOfFault(fault: FaultKind): AttestedVerdict | null {
  switch (fault) {
    case 'unreadable':
      return 'unreadable';
    case 'unavailable':
    case 'no-session':
    case 'device':
    case 'device-lost':
    case 'given-up':
      return 'given-back';
    case 'lost':
    case 'seal-broken':
      return null;
  }
}

function checks(held: Token, { attestations }: CheckAttestationsTask): readonly AttestationCheck[] {
  const keys = ownAttestation(held);
  return attestations.map(({ claim, mac: { generation, value } }) =>
    keys.check({ claim, mac: { generation, value: asBuffer(value) } }),
  );
}

function sealParameters({
  key,
  associatedData,
}: Pick<SealTask | OpenTask, 'key' | 'associatedData'>): SealParameters {
  return { ...key, associatedData: asBuffer(associatedData) };
}

class RecordedDispatch implements Dispatch {
  dispatched = false;

  constructor(private readonly entry: LedgerEntry) {}

  now(): bigint {
    return process.hrtime.bigint();
  }

  record(): void {
    this.dispatched = true;
    writeDispatchRecord(this.entry);
  }
}

function tokenSettings(): HostSettings['token'] {
  const registeredKeys = settings.token.registeredKeys.map((key) => ({
    ...key,
    fingerprint: asBuffer(key.fingerprint),
    ...(key.fingerprintIv === undefined ? {} : { fingerprintIv: asBuffer(key.fingerprintIv) }),
  }));
  return { ...settings.token, registeredKeys };
}

/** As stored: the worker does not judge its place. */
function verifier({ generation, salt, value }: VerifierFields): PinVerifier {
  return new PinVerifier(generation, asBuffer(salt), asBuffer(value));
}
