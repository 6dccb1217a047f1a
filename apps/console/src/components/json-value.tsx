import type { ReactNode } from 'react';
import { formatNumber } from './format.js';
import { Time } from './time.js';
import { UntrustedText } from './untrusted-text.js';

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z$/;

/** A value of the contract that has no form of its own here: nothing of it is left out, and nothing of it is believed. */
function JsonValue({ value }: { readonly value: unknown }): ReactNode {
  if (typeof value === 'string') {
    if (value === '') return <span className="muted">empty</span>;
    return TIME.test(value) ? <Time at={value} /> : <UntrustedText>{value}</UntrustedText>;
  }
  if (typeof value === 'number') return formatNumber(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return <List values={value} />;
  if (typeof value === 'object' && value !== null) return <Members value={value} />;
  return <span className="muted">none</span>;
}

function List({ values }: { readonly values: readonly unknown[] }) {
  if (values.length === 0) return <span className="muted">none</span>;
  return (
    <ul className="values">
      {values.map((value, index) => (
        <li key={index}>
          <JsonValue value={value} />
        </li>
      ))}
    </ul>
  );
}

/** The members of an object, with their names as words. */
export function Members({ value }: { readonly value: object }) {
  return (
    <dl className="members">
      {Object.entries(value).map(([name, member]) => (
        <div key={name}>
          <dt>
            <UntrustedText>{nameInWords(name)}</UntrustedText>
          </dt>
          <dd>
            <JsonValue value={member} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** `requestsPerMinute`: `requests per minute`. What is no such name stays as it is. */
export function nameInWords(name: string): string {
  if (!/^[a-z]+(?:[A-Z][a-z]*|\d+)*$/.test(name)) return name;
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
