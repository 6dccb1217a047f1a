import { describe, expect, it } from 'vitest';
import { parseTokenRequest } from './token-request.js';

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
const form = (text: string) => new URLSearchParams(text);
const BODY = 'grant_type=client_credentials&client_id=app&client_secret=s';

describe('a token request', () => {
  it.each([
    ['credentials in the body', BODY, undefined],
    ['HTTP Basic', 'grant_type=client_credentials', basic('app:s')],
    ['HTTP Basic and the same client id', 'grant_type=client_credentials&client_id=app', basic('app:s')],
    ['a parameter nobody knows', `${BODY}&audience=x`, undefined],
    ['a scope without a value', `${BODY}&scope=`, undefined],
  ])('may come with %s', (_, body, authorization) => {
    expect(parseTokenRequest(form(body), authorization)).toEqual({
      clientId: 'app',
      clientSecret: 's',
      scopes: null,
    });
  });

  it('has its Basic credentials form-encoded (RFC 6749, section 2.3.1)', () => {
    const request = parseTokenRequest(form('grant_type=client_credentials'), basic('a%3Ab+c:p%25+%C3%A9:x'));
    expect(request).toMatchObject({ clientId: 'a:b c', clientSecret: 'p% é:x' });
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
    ['invalid_client', 'no secret', 'grant_type=client_credentials&client_id=app', undefined],
    [
      'invalid_client',
      'an empty secret',
      'grant_type=client_credentials&client_id=app&client_secret=',
      undefined,
    ],
    ['invalid_client', 'no colon', 'grant_type=client_credentials', basic('app')],
    ['invalid_client', 'no client id', 'grant_type=client_credentials', basic(':s')],
    ['invalid_client', 'bad percent encoding', 'grant_type=client_credentials', basic('app:%zz')],
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
