import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { SecretText } from './secret-text.js';

it('shows a secret to code that asks for it by name, and to no other', () => {
  const secret = new SecretText('hush-hush');
  expect(secret.reveal()).toBe('hush-hush');
  const printed = [
    String(secret),
    JSON.stringify({ secret }),
    inspect({ secret }, { depth: 9, showHidden: true }),
  ];
  for (const text of printed) {
    expect(text).toContain('redacted');
    expect(text).not.toContain('hush');
  }
});
