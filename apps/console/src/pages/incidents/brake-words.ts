import type { Schemas } from '../../api/client.js';

export type BrakeKind = Schemas['Brake']['kind'];

interface BrakeKindWords {
  readonly word: string;
  /** What its target is; null where it has none. */
  readonly target: string | null;
  /** What stops, and what goes on. */
  readonly stops: string;
}

export const BRAKE_KINDS: Readonly<Record<BrakeKind, BrakeKindWords>> = {
  'client-pins': {
    word: 'PIN calls of a client',
    target: 'Client id',
    stops:
      'All of this client’s PIN calls and reveals of card data are answered 503. Its cardholders cannot use their PINs there. No try is spent; its reads and registrations go on, and so do all other clients.',
  },
  client: {
    word: 'a client',
    target: 'Client id',
    stops:
      'This client gets no token, and each of its calls is refused at once. Everything that depends on it stands still.',
  },
  card: {
    word: 'a card',
    target: 'Card id',
    stops:
      'Nothing can be done with this card and its PIN, by the cardholder or by operators, but to close it.',
  },
  operation: {
    word: 'an operation',
    target: 'Operation',
    stops: 'No client of this tenant can do this any more, for any card.',
  },
  everything: {
    word: 'everything',
    target: null,
    stops:
      'No client of this tenant can register cards, reveal them, issue one-time passwords, or set, validate, change or reset a PIN; and nobody can unlock one. All cardholders of the tenant are without their PIN. Operators can still release it.',
  },
};

/** What a brake of kind `operation` can stop (docs/http-api.md). */
export const OPERATIONS: readonly (readonly [operation: string, word: string])[] = [
  ['pin.validate', 'pin.validate: validate a PIN'],
  ['pin.set', 'pin.set: set a first PIN'],
  ['pin.change', 'pin.change: change a PIN'],
  ['pin.reset', 'pin.reset: reset a PIN with a one-time password'],
  ['pin.unlock', 'pin.unlock: give tries back, also by an incident'],
  ['otp.issue', 'otp.issue: issue a one-time password'],
  ['card.reveal', 'card.reveal: show card data'],
  ['card.register', 'card.register: register cards'],
];

/** What is wrong with a target, in words, or null. */
export function faultOfTarget(kind: BrakeKind, target: string): string | null {
  const given = target.trim();
  switch (kind) {
    case 'everything':
      return null;
    case 'operation':
      return OPERATIONS.some(([operation]) => operation === given) ? null : 'Choose an operation.';
    case 'card':
      return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(given)
        ? null
        : 'A card id has 36 characters: 8, 4, 4, 4 and 12 hexadecimal digits.';
    case 'client':
    case 'client-pins':
      return /^[\x21-\x7e]{1,200}$/.test(given) ? null : 'Type the id of the client, without blanks.';
  }
}
