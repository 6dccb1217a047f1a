import { createHash } from 'node:crypto';
import type { Person } from './openid-provider-persons.js';

const STYLE = `
:root { color-scheme: light dark; font: 100%/1.5 system-ui, sans-serif; }
body { max-width: 26rem; margin: 12vh auto 0; padding: 0 1rem; }
h1 { font-size: 1.4rem; }
form { display: grid; gap: .75rem; }
button { font: inherit; padding: .75rem 1rem; text-align: start; cursor: pointer; }
small { display: block; }
`;

/**
 * Of every page here. Two pages of oidc-provider submit themselves with an inline script, to whose hash it extends
 * script-src; without script they show a button.
 *
 * @param consoleOrigin where the answer to a form leads: some browsers hold redirects to form-action
 */
export function contentSecurityPolicy(consoleOrigin: string): string {
  return [
    "default-src 'none'",
    `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
    "script-src 'self'",
    `form-action 'self' ${consoleOrigin}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');
}

/** Asks who signs in; it posts `person`, or `cancel`, to its own address. */
export function loginPage(persons: readonly Person[]): string {
  const buttons = persons.map(
    ({ subject, name, scopes }) =>
      `<button name="person" value="${escaped(subject)}">${escaped(name)} (${escaped(subject)})` +
      `<small>${escaped(scopes.join(' '))}</small></button>`,
  );
  return page(
    'Sign in as',
    `<p>This is the development provider: it asks for no password, and production refuses it.</p>
<form method="post">
${buttons.join('\n')}
<button name="cancel" value="yes">Cancel</button>
</form>`,
  );
}

/** @param form of oidc-provider, with the id that the button names */
export function logoutPage(form: string): string {
  return page(
    'Sign out?',
    `<p>It ends your login here, by which all programs let you in.</p>
${form}
<p><button form="op.logoutForm" name="logout" value="yes">Sign out</button></p>
<p><button form="op.logoutForm" name="stay" value="yes">Stay signed in</button></p>`,
  );
}

export function signedOutPage(): string {
  return page('Signed out', '<p>You may close this page.</p>');
}

export function errorPage(code: string, description = ''): string {
  return page('This does not work', `<p><code>${escaped(code)}</code> ${escaped(description)}</p>`);
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title} – Pinward development</title><style>${STYLE}</style></head>
<body><main><h1>${title}</h1>
${body}
</main></body>
</html>
`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
