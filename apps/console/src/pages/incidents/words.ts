import type { Schemas } from '../../api/client.js';
import type { Tone } from '../../components/facts.js';

type State = Schemas['Incident']['state'];
type Cause = NonNullable<Schemas['IncidentCard']['cause']>;

export const STATE_TONES: Readonly<Record<State, Tone>> = {
  searching: 'plain',
  previewed: 'warning',
  running: 'warning',
  done: 'good',
  cancelled: 'plain',
  lapsed: 'plain',
};

export const STATE_WORDS: Readonly<Record<State, string>> = {
  searching: 'searching',
  previewed: 'waits for a decision',
  running: 'restoring',
  done: 'done',
  cancelled: 'cancelled',
  lapsed: 'lapsed',
};

/** What the state means, as a sentence. */
export const STATE_SENTENCES: Readonly<Record<State, string>> = {
  searching: 'The audit trail is being searched for the cards. No card is changed.',
  previewed: 'The cards are found, and none of them is changed. A person decides whether they are restored.',
  running: 'The cards are being restored, some 200 a second. Each is looked at again directly before.',
  done: 'Every card of the preview was restored or kept out.',
  cancelled: 'It was stopped. What was restored stays restored; the rest is as it was.',
  lapsed:
    'It has ended without a decision, or by the restore of an older database. Open it again if it is still needed.',
};

/** Why a card is kept out, and what to do (docs/incidents.md). */
const CAUSE_WORDS: Readonly<Record<Cause, string>> = {
  closed: 'The card is closed.',
  'already-unlocked': 'It was unlocked or reset meanwhile; its failures stay.',
  changed: 'It was unlocked and locked again since the preview. Preview again.',
  'history-incomplete': 'The audit trail does not explain its state. Preview again, else unlock it alone.',
  'other-lock': 'Another cause has locked it. Unlock it alone.',
  suspicion: 'Somebody may have guessed. Look into it, and identify the cardholder.',
  'other-tries': 'Some of the tries were made outside of the window. Unlock it alone.',
  'restored-before':
    'Incidents have taken back its failures before. The cardholder resets the PIN with a one-time password.',
  'reset-required': 'The cardholder resets the PIN with a one-time password.',
  frozen: 'Operators have frozen the card.',
};

export function causeWords(cause: string): string {
  return (CAUSE_WORDS as Readonly<Record<string, string>>)[cause] ?? cause;
}

export const OUTCOME_WORDS: Readonly<Record<Schemas['IncidentCard']['outcome'], string>> = {
  planned: 'to be restored',
  restored: 'restored',
  'kept-out': 'kept out',
};

export const WAITS_FOR_WORDS: Readonly<Record<NonNullable<Schemas['Incident']['waitsFor']>, string>> = {
  brake:
    'It waits: operators have stopped unlocks, the client of the person who asked, or everything. It goes on by itself once that brake is released.',
  'audit-trail':
    'It waits: the database is older than the audit trail that is kept. It goes on by itself once that is put right.',
};

/** What an alarm counts (docs/alarms.md). */
export const ALARM_WORDS: Readonly<Record<Schemas['Alarm']['kind'], string>> = {
  'wrong-pins': 'wrong PINs',
  cards: 'cards with a first wrong PIN',
  locks: 'cards locked by a failure',
  'otp-refusals': 'wrong one-time passwords',
  'unreadable-envelopes': 'envelopes that could not be opened',
  replays: 'envelopes that were used before',
};
