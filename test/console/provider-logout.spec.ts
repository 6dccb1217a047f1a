import { createHash, createPublicKey, randomUUID } from 'node:crypto';
import {
  CompactSign,
  decodeJwt,
  generateKeyPair,
  importJWK,
  SignJWT,
  UnsecuredJWT,
  type JWTPayload,
} from 'jose';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PERSONS, type Person } from '../../scripts/development/openid-provider-persons.js';
import { ConsoleRig, SESSION_COOKIE, type Visitor } from './console-rig.js';

const persons: Person[] = [...PERSONS];
const PATH = '/console/backchannel-logout';
const EVENT = 'http://schemas.openid.net/event/backchannel-logout';

let rig: ConsoleRig;
let owner: DataSource;
beforeAll(async () => {
  rig = await ConsoleRig.open(persons);
  owner = await rig.kit.openOwner();
});
afterAll(async () => await rig[Symbol.asyncDispose]());

const isIn = async (visitor: Visitor) =>
  (await visitor.send('GET', '/v1/admin/cards?limit=1')).status === 200;
/** Signed in, with a login of that name at the provider. */
const signedIn = async (person: string, sid: string) => {
  const visitor = await rig.signedIn(person);
  const { session_id } = await visitor.session();
  const hash = createHash('sha256').update(sid).digest();
  await owner.query('UPDATE console_sessions SET provider_session = $2 WHERE session_id = $1', [
    session_id,
    hash,
  ]);
  return { visitor, sessionId: session_id };
};
const linesOf = async (sessionId: string) =>
  await owner.query<{ action: string; result: string; subject: string; tenant_id: string }[]>(
    `SELECT action, result, subject, tenant_id FROM audit_events
      WHERE details::jsonb->>'sessionId' = $1 AND action = 'session.end'`,
    [sessionId],
  );

const seconds = () => Math.floor(Date.now() / 1_000);
/** What the provider would say; undefined leaves a claim out. */
const claimsFor = (further: Readonly<Record<string, unknown>>): JWTPayload => {
  const claims: Record<string, unknown> = {
    iss: rig.provider.provider.issuer,
    aud: rig.provider.provider.clientId,
    iat: seconds(),
    exp: seconds() + 120,
    jti: randomUUID(),
    events: { [EVENT]: {} },
    ...further,
  };
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
};
const signed = async (
  further: Readonly<Record<string, unknown>>,
  header: Readonly<Record<string, string>> = {},
) => {
  const jwk = rig.provider.signingKey();
  return await new SignJWT(claimsFor(further))
    .setProtectedHeader({ alg: 'RS256', kid: jwk.kid ?? '', typ: 'logout+jwt', ...header })
    .sign(await importJWK(jwk, 'RS256'));
};
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
/** As a provider sends it: without any cookie. */
const send = async (body: string, headers: Readonly<Record<string, string>> = FORM, url = rig.url) =>
  await rig.kit.service.request('POST', `${url}${PATH}`, { body, headers });
const logout = async (token: string) => await send(new URLSearchParams({ logout_token: token }).toString());
const refused = { status: 400, body: { code: 'REQUEST_INVALID', errors: [{ pointer: '/logout_token' }] } };

describe('a login that the provider ends', () => {
  it('ends the sessions of that login and no other, by the message of the provider itself', async () => {
    const [one, other, stranger] = [
      await rig.signedIn('asha'),
      await rig.signedIn('asha'),
      await rig.signedIn('ravi'),
    ];
    const { session_id } = await one.session();
    const { issuer } = rig.provider.provider;
    const page = await one.atProvider.visit(`${issuer}/session/end`);
    const { url: signedOut } = await one.atProvider.press(page, 'logout', 'yes');
    expect(signedOut.pathname).toMatch(/session\/end\/success$/);
    expect(await Promise.all([one, other, stranger].map(isIn))).toEqual([false, true, true]);
    expect(await linesOf(session_id)).toEqual([
      { action: 'session.end', result: 'provider', subject: 'asha', tenant_id: 'default' },
    ]);
  });

  it('ends what the token names: one login, all of a person, one login of that person', async () => {
    const [desk, phone, ravi] = [
      await signedIn('asha', 'desk'),
      await signedIn('asha', 'phone'),
      await signedIn('ravi', 'desk-of-ravi'),
    ];
    const here = async () => await Promise.all([desk, phone, ravi].map(({ visitor }) => isIn(visitor)));
    expect(await logout(await signed({ sid: 'desk', sub: 'ravi' }))).toMatchObject({ status: 200, body: '' });
    expect(await here()).toEqual([true, true, true]);
    const { headers, status } = await logout(await signed({ sid: 'desk' }));
    expect([status, headers['cache-control']]).toEqual([200, 'no-store']);
    expect(await here()).toEqual([false, true, true]);
    const another = await signedIn('asha', 'another');
    expect((await logout(await signed({ sub: 'asha' }, { typ: 'JWT' }))).status).toBe(200);
    expect([...(await here()), await isIn(another.visitor)]).toEqual([false, false, true, false]);
    expect((await logout(await signed({ sub: 'ravi', sid: 'desk-of-ravi' }))).status).toBe(200);
    expect(await here()).toEqual([false, false, false]);
    expect(await linesOf(ravi.sessionId)).toHaveLength(1);
  });

  it('ends nothing in another tenant than the token names', async () => {
    const [here, there] = [await signedIn('lena', 'here'), await signedIn('lena', 'there')];
    await owner.query("INSERT INTO tenants (tenant_id) VALUES ('acme')");
    await owner.query(
      `UPDATE console_sessions SET tenant_id = 'acme', claims = jsonb_set(claims, '{tenant_id}', '"acme"') WHERE session_id = $1`,
      [there.sessionId],
    );
    await logout(await signed({ sub: 'lena', tenant_id: 'acme' }));
    expect([await isIn(here.visitor), await isIn(there.visitor)]).toEqual([true, false]);
    expect(await linesOf(there.sessionId)).toMatchObject([{ tenant_id: 'acme' }]);
    await logout(await signed({ sub: 'lena' }));
    expect(await isIn(here.visitor)).toBe(false);
  });

  it('ends a crowd of sessions, each with its line', async () => {
    const { sessionId } = await signedIn('ravi', 'crowd');
    await owner.query(
      `INSERT INTO console_sessions (tenant_id, session_id, secret_hash, issuer, subject, claims, rights_until, authenticated_at,
                                     source_address, user_agent, provider_session)
       SELECT tenant_id, gen_random_uuid(), sha256(n::text::bytea), issuer, subject, claims, rights_until, authenticated_at,
              source_address, user_agent, provider_session FROM console_sessions, generate_series(1, 250) n WHERE session_id = $1`,
      [sessionId],
    );
    expect((await logout(await signed({ sid: 'crowd' }))).status).toBe(200);
    const [count] = await owner.query<{ rows: string; lines: string }[]>(
      `SELECT count(*) AS rows, count(e.*) AS lines FROM console_sessions s
         LEFT JOIN audit_events e ON e.action = 'session.end' AND e.details::jsonb->>'sessionId' = s.session_id::text
        WHERE s.provider_session = sha256('crowd') AND s.end_reason = 'provider'`,
    );
    expect(count).toEqual({ rows: '251', lines: '251' });
  });

  it('writes nothing of a session that has run out by itself', async () => {
    const { sessionId } = await signedIn('ravi', 'idle');
    await owner.query(
      "UPDATE console_sessions SET last_seen_at = last_seen_at - interval '16 minutes' WHERE session_id = $1",
      [sessionId],
    );
    expect((await logout(await signed({ sid: 'idle' }))).status).toBe(200);
    expect(await linesOf(sessionId)).toEqual([]);
  });
});

describe('a logout token', () => {
  it('that the provider has not made for this, or not now, ends nothing', async () => {
    const { visitor } = await signedIn('asha', 'kept');
    const sid = 'kept';
    const { privateKey } = await generateKeyPair('RS256');
    const jwk = rig.provider.signingKey();
    const publicPem = createPublicKey({ key: { ...jwk }, format: 'jwk' }).export({
      type: 'spki',
      format: 'pem',
    });
    const good = await signed({ sid });
    const [head, body, signature] = good.split('.');
    const twice = JSON.stringify(claimsFor({ sid })).replace('{', '{"sid":"other",');
    const forged: Readonly<Record<string, string>> = {
      'of another key': await new SignJWT(claimsFor({ sid }))
        .setProtectedHeader({ alg: 'RS256', kid: jwk.kid ?? '' })
        .sign(privateKey),
      'of no algorithm': new UnsecuredJWT(claimsFor({ sid })).encode(),
      'of no algorithm, with a signature': `${Buffer.from('{"alg":"none"}').toString('base64url')}.${body}.${signature}`,
      'keyed with the public key': await new SignJWT(claimsFor({ sid }))
        .setProtectedHeader({ alg: 'HS256' })
        .sign(Buffer.from(publicPem)),
      'of PS256': await new SignJWT(claimsFor({ sid }))
        .setProtectedHeader({ alg: 'PS256' })
        .sign(await importJWK({ ...jwk, alg: 'PS256' }, 'PS256')),
      'with other claims': `${head}.${Buffer.from(JSON.stringify(claimsFor({ sid }))).toString('base64url')}.${signature}`,
      'with a claim twice': await new CompactSign(Buffer.from(twice))
        .setProtectedHeader({ alg: 'RS256', kid: jwk.kid ?? '' })
        .sign(await importJWK(jwk, 'RS256')),
      'of an access token': await signed({ sid }, { typ: 'at+jwt' }),
      expired: await signed({ sid, exp: seconds() - 10 }),
      'issued long ago': await signed({ sid, iat: seconds() - 400, exp: seconds() + 120 }),
      'issued in the future': await signed({ sid, iat: seconds() + 60 }),
      'for another client': await signed({ sid, aud: 'another-client' }),
      'of the audience of the API': await signed({ sid, aud: 'pinward' }),
      'of another issuer': await signed({ sid, iss: 'https://other.example/development' }),
      'of nobody': await signed({}),
      'of an odd login': await signed({ sid: '' }),
      'of an ID token': await signed({ sid, events: undefined, nonce: 'asked' }),
      'with a nonce': await signed({ sid, nonce: 'asked' }),
      'without events': await signed({ sid, events: undefined }),
      'of another event': await signed({ sid, events: { 'http://schemas.openid.net/event/other': {} } }),
      'of an event that is none': await signed({ sid, events: { [EVENT]: true } }),
      'without a name': await signed({ sid, jti: undefined }),
      'without a date': await signed({ sid, iat: undefined }),
      'without an end': await signed({ sid, exp: undefined }),
      'too long': await signed({ sid, padding: 'x'.repeat(8_192) }),
      'no token': 'no.token.x',
      empty: '',
    };
    for (const [what, token] of Object.entries(forged)) {
      expect([what, await logout(token)]).toMatchObject([what, refused]);
      expect([what, await isIn(visitor)]).toEqual([what, true]);
    }
    expect(await logout(good)).toMatchObject({ status: 200 });
    expect(await isIn(visitor)).toBe(false);
  });

  it('counts once: who signs in again stays in', async () => {
    const token = await signed({ sub: 'lena' });
    const before = await rig.signedIn('lena');
    expect(await logout(token)).toMatchObject({ status: 200 });
    expect(await isIn(before)).toBe(false);
    const after = await rig.signedIn('lena');
    expect(await logout(token)).toMatchObject(refused);
    expect(await isIn(after)).toBe(true);
  });

  it('was not shown where its sessions could not be ended', async () => {
    const { visitor } = await signedIn('asha', 'in-trouble');
    const token = await signed({ sid: 'in-trouble' });
    await owner.query(`
      CREATE FUNCTION in_trouble() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE EXCEPTION 'no room' USING ERRCODE = 'disk_full'; END $$;
      CREATE TRIGGER in_trouble BEFORE UPDATE OF ended_at ON console_sessions FOR EACH ROW EXECUTE FUNCTION in_trouble();`);
    try {
      expect((await logout(token)).status).toBeGreaterThanOrEqual(500);
      expect(await isIn(visitor)).toBe(true);
    } finally {
      await owner.query('DROP FUNCTION in_trouble CASCADE');
    }
    expect((await logout(token)).status).toBe(200);
    expect(await isIn(visitor)).toBe(false);
  });

  it('comes alone, in a form of bounded length, at the operators’ listener', async () => {
    const { visitor } = await signedIn('asha', 'form');
    const token = await signed({ sid: 'form' });
    const form = `logout_token=${token}`;
    expect(await send(`${form}&${form}`)).toMatchObject(refused);
    expect(
      await send(JSON.stringify({ logout_token: token }), { 'content-type': 'application/json' }),
    ).toMatchObject({
      status: 415,
    });
    expect((await send(`${form}&more=${'x'.repeat(16_384)}`)).status).toBe(413);
    expect((await send(form, FORM, rig.kit.service.baseUrl)).status).toBe(404);
    expect(await isIn(visitor)).toBe(true);
    expect((await send(form)).status).toBe(200);
  });
});

describe('signing out', () => {
  const signOut = async (visitor: Visitor, atProvider: boolean) => {
    const { status, body } = await visitor.post('/console/sign-out', { at_provider: atProvider });
    expect(status).toBe(200);
    expect(visitor.cookies.has(SESSION_COOKIE)).toBe(false);
    return (body as { continue_at: string }).continue_at;
  };

  it('goes on to the provider, which ends its login for who agrees, and back', async () => {
    const visitor = await rig.signedIn('asha');
    const { session_id, provider_logout } = await visitor.session();
    expect(provider_logout).toBe(true);
    const url = new URL(await signOut(visitor, true));
    expect(`${url.origin}${url.pathname}`).toBe(`${rig.provider.provider.issuer}/session/end`);
    const { searchParams: asked } = url;
    expect(decodeJwt(asked.get('id_token_hint') ?? '')).toMatchObject({
      sub: 'asha',
      aud: 'pinward-console',
    });
    expect(asked.get('post_logout_redirect_uri')).toBe(`${rig.url}/console/signed-out`);
    expect(await linesOf(session_id)).toMatchObject([{ result: 'signed-out' }]);
    const page = await visitor.atProvider.visit(url);
    const { url: back } = await visitor.atProvider.press(page, 'logout', 'yes');
    expect(back.href).toBe(`${rig.url}/console/signed-out`);
    const { headers } = await visitor.send('GET', '/console/login');
    const { page: form } = await visitor.atProvider.visit(String(headers.location));
    expect(form?.html).toContain('name="person"');
  });

  it('stays here where that is what was asked for', async () => {
    const visitor = await rig.signedIn('asha');
    const cookie = `${SESSION_COOKIE}=${visitor.cookies.get(SESSION_COOKIE)}`;
    expect(await signOut(visitor, false)).toBe('/console/signed-out');
    const again = await rig.visitor().send('GET', '/console/session', { headers: { cookie } });
    expect(again).toMatchObject({ status: 401, body: { code: 'SESSION_ENDED' } });
    const { headers } = await visitor.send('GET', '/console/login');
    const { page } = await visitor.atProvider.visit(String(headers.location));
    expect(page, 'the provider knows the person').toBeNull();
  });

  it('is nothing that another page can do, and takes one way or the other', async () => {
    const visitor = await rig.signedIn('asha');
    expect(await visitor.send('POST', '/console/sign-out', { body: { at_provider: false } })).toMatchObject({
      status: 403,
      body: { code: 'CSRF_TOKEN_INVALID' },
    });
    expect((await visitor.post('/console/sign-out', {})).status).toBe(400);
    expect(await isIn(visitor)).toBe(true);
  });

  it('keeps the ID token as no secret of the database, and erases it', async () => {
    const visitor = await rig.signedIn('asha');
    const { session_id } = await visitor.session();
    const sealed = async () => {
      const [row] = await owner.query<{ sealed: Buffer | null; row: string }[]>(
        'SELECT sealed_id_token AS sealed, s::text AS row FROM console_sessions s WHERE session_id = $1',
        [session_id],
      );
      return row;
    };
    const kept = await sealed();
    const token = new URL(await signOut(visitor, true)).searchParams.get('id_token_hint') ?? '';
    expect(token.split('.')).toHaveLength(3);
    expect(kept?.sealed?.length).toBe(Buffer.byteLength(token) + 12 + 16);
    expect(kept?.sealed?.includes(token)).toBe(false);
    expect(kept?.row).not.toContain(String(decodeJwt(token)['sid']));
    expect((await sealed())?.sealed).toBeNull();
  });
});

// The last: no login passes from this address for a minute.
it('logout tokens that are refused are counted, which does not keep the provider’s own from counting', async () => {
  const { sessionId } = await signedIn('asha', 'guessed-at');
  let status = 0;
  for (let guess = 0; guess < 500 && status !== 429; guess += 1) ({ status } = await logout('no.token.x'));
  expect(status).toBe(429);
  expect((await logout(await signed({ sid: 'guessed-at' }))).status).toBe(200);
  expect(await linesOf(sessionId)).toHaveLength(1);
});
