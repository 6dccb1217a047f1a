import type { ErrorCode } from '#libs/errors';
// Of docs/errors.md: npm test -- test/docs/errors-doc.spec.ts --update
import explanations from './explanations.json' with { type: 'json' };
import { PROBLEMS } from './problem-table.js';

/** The path of the pages. They are served with the problems that lead to them, so that one needs neither internet nor a setting. */
export const PROBLEM_PAGES = '/problems';

/** The row of docs/errors.md, in its Markdown. */
interface Explanation {
  readonly meaning: string;
  readonly caller: string;
  readonly cardholder: string;
  readonly try: string;
}

const EXPLANATIONS: Readonly<Record<ErrorCode, Explanation>> = explanations;

/** A page for people that loads nothing and asks for nothing, as the Content-Security-Policy of every answer wants. */
export function problemPage(code: ErrorCode): string {
  const { status, title } = PROBLEMS[code];
  const { meaning, caller, cardholder, try: spent } = EXPLANATIONS[code];
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${code}</title>
<h1>${status} ${escaped(title)}</h1>
<p><code>${code}</code></p>
<dl>
<dt>Meaning<dd>${written(meaning)}
<dt>What the calling program does<dd>${written(caller)}
<dt>What the cardholder may be told<dd>${written(cardholder)}
<dt>Whether a try of the card was spent<dd>${written(spent)}
</dl>
</html>
`;
}

/** Code and links of Markdown; what a link leads to is not served here. */
function written(markdown: string): string {
  return escaped(markdown)
    .replaceAll(/`([^`]+)`/g, '<code>$1</code>')
    .replaceAll(/\[([^\]]+)\]\([^)]+\)/g, '$1');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
