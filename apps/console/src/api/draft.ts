import { useState } from 'react';
import { useSession } from './session.js';

/**
 * What a person types, kept in the tab while they sign in again. Never for secrets.
 *
 * @param name of the form, with what it is about: `unlock:<card id>`
 * @returns value, change, and forget, for when it was sent
 */
export function useDraft(name: string, initial = ''): readonly [string, (value: string) => void, () => void] {
  // Another person who signs in in this tab does not find it.
  const key = `draft:${useSession().subject}:${name}`;
  const [value, setValue] = useState(() => sessionStorage.getItem(key) ?? initial);
  const change = (next: string) => {
    setValue(next);
    if (next === initial) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, next);
  };
  return [value, change, () => change(initial)];
}
