import type { KeyKind } from '#libs/hsm';

/** What a kind of key is for, in a sentence (the key table of docs/pin-envelope.md). */
export const KEY_PURPOSES: Readonly<Record<KeyKind, string>> = {
  'pin-transport': 'Opens the envelopes in which card apps send PINs, inside the HSM.',
  'pin-wrapping': 'Turns a PIN into what is compared, inside the HSM; losing it loses every PIN.',
  lookup: 'Makes the fingerprints by which a PAN or a repeated request is recognised.',
  otp: 'Makes the codes by which one-time passwords are checked.',
  'card-vault': 'Seals the data of cards: PAN, expiry and holder name.',
  secrets: 'Seals webhook secrets, and one-time passwords on their way to the cardholder.',
  'token-signing': 'Signs the access tokens that the service issues.',
  'audit-signing': 'Signs the heads of the audit trail, and the records of key ceremonies.',
  'manifest-signing': 'Signs the set of transport keys; card apps pin its thumbprint.',
};
