import { piecesOf } from './invisible.js';

/** What is wrong with a reason, in words, or null. The service checks the same (docs/http-api.md). */
export function faultOfReason(reason: string): string | null {
  const length = [...reason.trim()].length;
  if (length < 5) return 'A reason has at least 5 characters.';
  if (length > 200) return 'A reason has at most 200 characters.';
  const hidden = piecesOf(reason).find((piece) => piece.kind === 'invisible');
  return hidden === undefined
    ? null
    : `It holds a character that nobody sees: ${hidden.code}, ${hidden.name}.`;
}
