import { useState } from 'react';
import { useDraft } from '../../api/draft.js';
import { TextField } from '../../components/field.js';
import { TextAreaField } from '../../components/text-area-field.js';
import { holdsPrivateKey, type KeyKind } from './key-rules.js';

/**
 * Public keys that are typed. A private key that is pasted by mistake is not kept beyond the page.
 *
 * @returns text, change, and forget, for when it was sent
 */
export function useKeysDraft(name: string): readonly [string, (text: string) => void, () => void] {
  const [kept, keep] = useDraft(name);
  const [text, setText] = useState(kept);
  const change = (next: string) => {
    setText(next);
    keep(holdsPrivateKey(next) ? '' : next);
  };
  return [text, change, () => change('')];
}

interface KeysFieldProps {
  readonly kind: KeyKind;
  readonly value: string;
  readonly onChange: (text: string) => void;
  readonly fault: string | null;
}

/** Where public keys, their URL or certificates are given. */
export function KeysField({ kind, value, onChange, fault }: KeysFieldProps) {
  if (kind === 'jwks-uri')
    return (
      <TextField
        label="Address of its keys"
        value={value}
        fault={fault}
        hint="The service fetches the client’s JWK set from there; the client rotates its keys there."
        onChange={(event) => onChange(event.target.value)}
      />
    );
  const isSet = kind === 'jwks';
  return (
    <TextAreaField
      label={isSet ? 'Public keys' : 'Certificates'}
      rows={8}
      value={value}
      fault={fault}
      hint={
        isSet
          ? 'A JWK set: {"keys": [ … ]}, public halves alone, each with its kid.'
          : 'In PEM, one after the other. They are known by their SHA-256.'
      }
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

/** For a choice among the ways in which a client proves itself with keys. */
export const KEY_KINDS: readonly (readonly [kind: KeyKind, words: string])[] = [
  ['jwks', 'public keys (private_key_jwt)'],
  ['jwks-uri', 'public keys at an address of its own (private_key_jwt)'],
  ['certificates', 'a certificate (tls_client_auth)'],
];
