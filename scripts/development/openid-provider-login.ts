import type { IncomingMessage, ServerResponse } from 'node:http';
import { errors, type Provider } from 'oidc-provider';
import { CONTEXTS } from './openid-provider-configuration.js';
import { errorPage, loginPage } from './openid-provider-pages.js';
import type { Person } from './openid-provider-persons.js';

/** Of a form; a longer one is not ours. */
const LONGEST_FORM = 1_024;

type Asked = Awaited<ReturnType<Provider['interactionDetails']>>;

/** Shows the form where a person is picked, and takes it. The cookie of the login says which login it is. */
export async function answerLogin(
  provider: Provider,
  persons: readonly Person[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const asked = await provider.interactionDetails(request, response);
    if (request.method !== 'POST') return send(response, 200, loginPage(persons));
    const form = await formOf(request);
    if (form.has('cancel')) {
      const refusal = { error: 'access_denied', error_description: 'the person has cancelled' };
      return await provider.interactionFinished(request, response, refusal);
    }
    const person = persons.find(({ subject }) => subject === form.get('person'));
    if (person === undefined) return send(response, 400, loginPage(persons));
    await endOtherLogin(provider, asked, person);
    const acr = contextFor(asked);
    const login = { accountId: person.subject, ...(acr === undefined ? {} : { acr }) };
    await provider.interactionFinished(request, response, { login });
  } catch (cause) {
    if (!(cause instanceof errors.OIDCProviderError)) throw cause;
    send(response, cause.statusCode, errorPage(cause.error, cause.error_description));
  }
}

/** When another person signs in, the login of the one before ends, with its refresh tokens. */
async function endOtherLogin(provider: Provider, asked: Asked, person: Person): Promise<void> {
  if (asked.session === undefined || asked.session.accountId === person.subject) return;
  const session = await provider.Session.findByUid(asked.session.uid);
  await session?.destroy();
  delete asked.session;
  await asked.persist();
}

/** The first one asked for that is known. */
function contextFor({ params }: Asked): string | undefined {
  const { acr_values: wanted } = params;
  return typeof wanted === 'string' ? wanted.split(' ').find((one) => CONTEXTS.includes(one)) : undefined;
}

async function formOf(request: IncomingMessage): Promise<URLSearchParams> {
  let text = '';
  for await (const part of request.setEncoding('utf8')) {
    text += String(part);
    if (text.length > LONGEST_FORM) throw new errors.InvalidRequest('the form is too long');
  }
  return new URLSearchParams(text);
}

function send(response: ServerResponse, status: number, html: string): void {
  response
    .writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' })
    .end(html);
}
