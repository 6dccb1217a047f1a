import type { StoredAnswer } from './answers.js';

/** Kept as text, so that a repeated request gets the members in the order it got them first. */
export function writeAnswer(answer: StoredAnswer | null): string | null {
  return answer === null ? null : JSON.stringify(answer);
}

export function readAnswer(text: string | null): StoredAnswer {
  const answer: unknown = text === null ? null : JSON.parse(text);
  if (!isStoredAnswer(answer)) throw new Error('a stored answer has neither body nor problem');
  return answer;
}

function isStoredAnswer(value: unknown): value is StoredAnswer {
  return typeof value === 'object' && value !== null && ('body' in value || 'problem' in value);
}
