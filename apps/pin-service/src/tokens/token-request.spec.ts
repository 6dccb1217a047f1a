import { describe, expect, it } from 'vitest';
import { parseTokenRequest } from './token-request.js';

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
const form = (text: string) => new URLSearchParams(text);
const WITHOUT = 'grant_type=client_credentials&client_id=app';
const BODY = `${WITHOUT}&client_secret=s`;
const TYPE = encodeURIComponent('urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
const ASSERTION = `grant_type=client_credentials&client_assertion=a.b.c&client_assertion_type=${TYPE}`;

describe('a token request', () => {
  it.each([
    ['credentials in the body', BODY, undefined],
    ['HTTP Basic', 'grant_type=client_credentials', basic('app:s')],
    ['HTTP Basic and the same client id', 'grant_type=client_credentials&client_id=app', basic('app:s')],
    ['a parameter nobody knows', `${BODY}&audience=x`, undefined],
    ['a scope without a value', `${BODY}&scope=`, undefined],
  ])('may come with %s', (_, body, authorization) => {
    expect(parseTokenRequest(form(body), authorization)).toEqual({
      credentials: { clientId: 'app', clientSecret: 's', tenantId: null },
      scopes: null,
    });
  });

  it('has its Basic credentials form-encoded (RFC 6749, section 2.3.1)', () => {
    const request = parseTokenRequest(form('grant_type=client_credentials'), basic('a%3Ab+c:p%25+%C3%A9:x'));
    expect(request).toMatchObject({ credentials: { clientId: 'a:b c', clientSecret: 'p% é:x' } });
  });

  it.each(['', '&client_secret='])('may come without a secret, of a client with a certificate%s', (more) => {
    const { credentials } = parseTokenRequest(form(`${WITHOUT}${more}`), undefined);
    expect(credentials).toEqual({ clientId: 'app', tenantId: null });
  });

  it('may come with an assertion, which names its client itself', () => {
    const { credentials } = parseTokenRequest(form(`${ASSERTION}&tenant_id=acme`), undefined);
    expect(credentials).toEqual({ assertion: 'a.b.c', clientId: null, tenantId: 'acme' });
  });

  it('names scopes in any order, each once', () => {
    const { scopes } = parseTokenRequest(form(`${BODY}&scope=pin:set+pin:validate+pin:set`), undefined);
    expect(scopes).toEqual(['pin:set', 'pin:validate']);
  });

  it.each([
    ['invalid_request', 'nothing', '', undefined],
    ['invalid_request', 'no grant type', 'client_id=app&client_secret=s', undefined],
    ['invalid_request', 'a parameter twice', `${BODY}&grant_type=client_credentials`, undefined],
    ['invalid_request', 'a secret twice', `${BODY}&client_secret=s`, undefined],
    ['invalid_request', 'two ways to authenticate', BODY, basic('app:s')],
    ['invalid_request', 'two client ids', 'grant_type=client_credentials&client_id=b', basic('app:s')],
    ['unsupported_grant_type', 'a password grant', BODY.replace('client_credentials', 'password'), undefined],
    ['unsupported_grant_type', 'another case', BODY.replace('client_', 'Client_'), undefined],
    ['invalid_request', 'a secret and an assertion', `${ASSERTION}&client_secret=s`, undefined],
    ['invalid_request', 'an assertion of no type', `${WITHOUT}&client_assertion=a.b.c`, undefined],
    ['invalid_client', 'an assertion of another type', ASSERTION.replace('jwt-bearer', 'saml2'), undefined],
    ['invalid_client', 'nobody named', 'grant_type=client_credentials', undefined],
    ['invalid_client', 'a NUL in the tenant', `${BODY}&tenant_id=a%00`, undefined],
    ['invalid_client', 'a NUL in the tenant of an assertion', `${ASSERTION}&tenant_id=a%00`, undefined],
    ['invalid_client', 'no colon', 'grant_type=client_credentials', basic('app')],
    ['invalid_client', 'no client id', 'grant_type=client_credentials', basic(':s')],
    ['invalid_client', 'bad percent encoding', 'grant_type=client_credentials', basic('app:%zz')],
    ['invalid_client', 'a NUL in the id', 'grant_type=client_credentials', basic('app%00:s')],
    ['invalid_client', 'a Bearer token', 'grant_type=client_credentials', 'Bearer abc'],
    [
      'invalid_client',
      'a secret of megabytes',
      `grant_type=client_credentials&client_id=app&client_secret=${'x'.repeat(300)}`,
      undefined,
    ],
    ['invalid_scope', 'two spaces', `${BODY}&scope=a++b`, undefined],
    ['invalid_scope', 'a quote', `${BODY}&scope=%22`, undefined],
    ['invalid_scope', 'a line break', `${BODY}&scope=a%0Ab`, undefined],
  ])('is %s with %s', (code, _, body, authorization) => {
    expect(() => parseTokenRequest(form(body), authorization)).toThrow(expect.objectContaining({ code }));
  });
});
