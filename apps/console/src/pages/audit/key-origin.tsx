import { Id, UntrustedText } from '../../components/untrusted-text.js';
import type { VerifierKey } from './proof/verifier-key.js';

interface KeyOriginProps {
  readonly signedBy: readonly VerifierKey[];
  readonly pinned: boolean;
  /** What is signed, in a word. */
  readonly what: string;
}

/** Whose signature was verified here, and how far the key can be believed. */
export function KeyOrigin({ signedBy, pinned, what }: KeyOriginProps) {
  return (
    <p>
      The {what} is signed with{' '}
      {signedBy.map(({ name, id }, index) => (
        <span key={index}>
          {index > 0 && ', '}
          <UntrustedText>{name}</UntrustedText> <Id>{id}</Id>
        </span>
      ))}
      , verified in this browser.{' '}
      {pinned
        ? 'The key is one that was pasted into this browser.'
        : 'The service itself has named the key: compare its id with what your auditors keep.'}
    </p>
  );
}
