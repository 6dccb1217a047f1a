import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPERATOR_SCOPES } from '#libs/api-clients';
import { ASHA, RAVI, type Person } from '../../scripts/development/openid-provider-persons.js';
import { hold, waitingStatements } from '../store/held-row.js';
import { ConsoleRig, LOGIN_COOKIE, SESSION_COOKIE, type Visitor } from './console-rig.js';

const persons: Person[] = [
  ASHA,
  RAVI,
  { subject: 'lena', name: 'Lena Vogt', scopes: ['ops:read'] },
  { subject: 'nemo', name: 'Nemo', scopes: [] },
  { subject: 'left', name: 'Left Company', scopes: ['ops:read'] },
];

let rig: ConsoleRig;
let owner: DataSource;
beforeAll(async () => {
  rig = await ConsoleRig.open(persons);
  owner = await rig.kit.openOwner();
});
afterAll(async () => await rig[Symbol.asyncDispose]());

const CARDS = '/v1/admin/cards?limit=1';
const ended = { status: 401, body: { code: 'SESSION_ENDED' } };
const list = async (visitor: Visitor, headers = {}) => await visitor.send('GET', CARDS, { headers });
/** Sets times back, as if they had passed. */
const age = async (visitor: Visitor, column: string, by: string) => {
  const { session_id } = await visitor.session();
  await owner.query(
    `UPDATE console_sessions SET ${column} = ${column} - $2::interval WHERE session_id = $1`,
    [session_id, by],
  );
  return session_id;
};
const endOf = async (sessionId: string): Promise<unknown> => {
  const [row] = await owner.query<{ end_reason: string | null }[]>(
    'SELECT end_reason FROM console_sessions WHERE session_id = $1',
    [sessionId],
  );
  return row?.end_reason;
};
const linesOf = async (sessionId: string) =>
  await owner.query<{ action: string; result: string; subject: string }[]>(
    `SELECT action, result, subject FROM audit_events WHERE details::jsonb->>'sessionId' = $1 ORDER BY occurred_at`,
    [sessionId],
  );

describe('a login at the console', () => {
  it('ends in a session of that person, in a cookie for this origin alone, and in the trail', async () => {
    const visitor = rig.visitor();
    const { pathname, search } = await visitor.beginLogin(
      'asha',
      '?return_to=%2Fconsole%2Fcards%3Flast4%3D1234',
    );
    const { status, headers } = await visitor.send('GET', `${pathname}${search}`);
    expect([status, headers.location]).toEqual([302, '/console/cards?last4=1234']);
    const line = headers['set-cookie']?.find((cookie) => cookie.startsWith(`${SESSION_COOKIE}=`));
    expect(line).toMatch(/; Path=\/; Secure; HttpOnly; SameSite=Strict$/);
    expect(visitor.cookies.has(LOGIN_COOKIE)).toBe(false);
    const session = await visitor.session();
    expect(session).toMatchObject({
      subject: 'asha',
      name: 'Asha Rao',
      tenant_id: 'default',
      scopes: [...OPERATOR_SCOPES],
    });
    expect(await list(visitor)).toMatchObject({ status: 200 });
    expect(await linesOf(session.session_id)).toEqual([
      { action: 'session.start', result: 'started', subject: 'asha' },
    ]);
  });

  it('leads to pages of the console only', async () => {
    for (const to of [
      'https://evil.example/',
      '//evil.example/console/',
      '/v1/admin/cards',
      '/console/login',
      '/console/../x',
    ])
      expect(await rig.visitor().signIn('lena', `?return_to=${encodeURIComponent(to)}`)).toBe('/console/');
  });

  it('is refused to a person without rights of an operator', async () => {
    const visitor = rig.visitor();
    expect(await visitor.signIn('nemo')).toBe('/console/signed-out?reason=refused');
    expect(visitor.cookies.has(SESSION_COOKIE)).toBe(false);
  });

  it('counts only in the browser that began it, and once', async () => {
    const [victim, thief] = [rig.visitor(), rig.visitor()];
    const { pathname, search } = await victim.beginLogin('asha');
    const refused = { status: 302, headers: { location: '/console/signed-out?reason=refused' } };
    expect(await thief.send('GET', `${pathname}${search}`)).toMatchObject(refused);
    await thief.beginLogin('lena');
    // Its own login has another state.
    expect(await thief.send('GET', `${pathname}${search}`)).toMatchObject(refused);
    expect(thief.cookies.has(SESSION_COOKIE)).toBe(false);
    const attempt = victim.cookies.get(LOGIN_COOKIE) ?? '';
    const another = rig.visitor();
    another.cookies.set(LOGIN_COOKIE, attempt);
    const unasked = search.replace(/state=[^&]+/, 'state=of-another-login');
    expect(await another.send('GET', `${pathname}${unasked}`)).toMatchObject(refused);
    expect(await victim.send('GET', `${pathname}${search}`)).toMatchObject({
      headers: { location: '/console/' },
    });
    const again = rig.visitor();
    again.cookies.set(LOGIN_COOKIE, attempt);
    expect(await again.send('GET', `${pathname}${search}`)).toMatchObject(refused);
  });

  it('never goes on with a secret that was there before', async () => {
    const planted = await rig.signedIn('lena');
    const secret = planted.cookies.get(SESSION_COOKIE) ?? '';
    const { session_id } = await planted.session();
    const victim = rig.visitor();
    victim.cookies.set(SESSION_COOKIE, secret);
    await victim.signIn('asha');
    expect(victim.cookies.get(SESSION_COOKIE)).not.toBe(secret);
    expect(await list(planted)).toMatchObject(ended);
    expect(await endOf(session_id)).toBe('replaced');
  });
});

describe('a session at the console', () => {
  it('is no secret of the database', async () => {
    const visitor = await rig.signedIn('asha');
    const { session_id, csrf_token } = await visitor.session();
    const [row] = await owner.query<{ row: string; sealed: Buffer }[]>(
      'SELECT s::text AS row, sealed_refresh AS sealed FROM console_sessions s WHERE session_id = $1',
      [session_id],
    );
    expect(row?.sealed.length).toBeGreaterThan(28);
    expect(row?.row).not.toContain(visitor.cookies.get(SESSION_COOKIE));
    expect(row?.row).not.toContain(csrf_token);
  });

  it('counts at the operators’ listener alone', async () => {
    const visitor = await rig.signedIn('asha');
    const { session_id } = await visitor.session();
    const cookie = `${SESSION_COOKIE}=${visitor.cookies.get(SESSION_COOKIE)}`;
    const { service } = rig.kit;
    expect(await service.request('GET', `/v1/cards/${session_id}`, { headers: { cookie } })).toMatchObject({
      status: 401,
      body: { code: 'TOKEN_MISSING' },
    });
    expect(await service.request('GET', '/console/', { headers: { cookie } })).toMatchObject({ status: 404 });
  });

  it('is none with two cookies, with a secret that nobody has, or with a token instead', async () => {
    const visitor = await rig.signedIn('asha');
    const secret = visitor.cookies.get(SESSION_COOKIE);
    const twice = `${SESSION_COOKIE}=${secret}; ${SESSION_COOKIE}=${secret}`;
    const missing = { status: 401, body: { code: 'TOKEN_MISSING' } };
    expect(await rig.visitor().send('GET', CARDS, { headers: { cookie: twice } })).toMatchObject(missing);
    for (const foreign of [Buffer.alloc(32, 7).toString('base64url'), 'x', `${secret}A`])
      expect(await list(rig.visitor(), { cookie: `${SESSION_COOKIE}=${foreign}` })).toMatchObject(ended);
    const withToken = await rig.visitor().send('GET', '/console/session', { token: rig.kit.operator });
    expect(withToken).toMatchObject(missing);
  });

  it('changes nothing without its token against forged requests', async () => {
    const [visitor, other] = [await rig.signedIn('asha'), await rig.signedIn('ravi')];
    const { csrf_token } = await visitor.session();
    const brake = { kind: 'pause-client', clientId: 'nobody', reason: 'A test of forged requests' };
    const forged = { status: 403, body: { code: 'CSRF_TOKEN_INVALID' } };
    const pull = async (headers: Readonly<Record<string, string>>) =>
      await visitor.send('POST', '/v1/admin/brakes', { body: brake, headers });
    expect(await pull({})).toMatchObject(forged);
    expect(await pull({ 'x-csrf-token': (await other.session()).csrf_token })).toMatchObject(forged);
    for (const site of ['cross-site', 'same-site'])
      expect(await pull({ 'x-csrf-token': csrf_token, 'sec-fetch-site': site })).toMatchObject(forged);
    expect(await list(visitor, { 'sec-fetch-site': 'cross-site' })).toMatchObject(forged);
    const { status } = await pull({ 'x-csrf-token': csrf_token });
    expect([200, 201, 400]).toContain(status);
  });

  it('ends when nobody has done anything for a while, and after a day’s work in any case', async () => {
    for (const [column, by] of [
      ['last_seen_at', '15 minutes 1 second'],
      ['signed_in_at', '8 hours 1 second'],
    ] as const) {
      const visitor = await rig.signedIn('lena');
      await age(visitor, column, by);
      expect(await list(visitor)).toMatchObject(ended);
    }
  });

  it('is kept alive by what the person does, not by what the page asks by itself', async () => {
    const visitor = await rig.signedIn('lena');
    await age(visitor, 'last_seen_at', '10 minutes');
    const background = { 'x-console-background': 'true' };
    const idleEnd = async (headers = {}) => {
      const { body } = await visitor.send('GET', '/console/session', { headers });
      return Date.parse((body as { idle_ends_at: string }).idle_ends_at);
    };
    const before = await idleEnd(background);
    expect(await idleEnd(background)).toBe(before);
    await list(visitor);
    expect(await idleEnd(background)).toBeGreaterThan(before + 9 * 60_000);
  });

  it('is listed and ended by its person, and by nobody else', async () => {
    const [desk, phone, other] = [
      await rig.signedIn('ravi'),
      await rig.signedIn('ravi'),
      await rig.signedIn('asha'),
    ];
    const [onDesk, onPhone] = [await desk.session(), await phone.session()];
    const { body } = await desk.send('GET', '/console/sessions');
    const sessions = (body as { sessions: { session_id: string; current: boolean }[] }).sessions;
    expect(sessions.filter(({ current }) => current).map(({ session_id }) => session_id)).toEqual([
      onDesk.session_id,
    ]);
    expect(sessions.map(({ session_id }) => session_id)).toContain(onPhone.session_id);
    expect((await other.post(`/console/sessions/${onPhone.session_id}/end`)).status).toBe(204);
    expect(await list(phone)).toMatchObject({ status: 200 });
    expect((await desk.post(`/console/sessions/${onPhone.session_id}/end`)).status).toBe(204);
    expect(await list(phone)).toMatchObject(ended);
    expect(await endOf(onPhone.session_id)).toBe('ended');
    expect((await desk.post(`/console/sessions/${onDesk.session_id}/end`)).status).toBe(204);
    expect(desk.cookies.has(SESSION_COOKIE)).toBe(false);
    expect(await linesOf(onDesk.session_id)).toMatchObject([
      {},
      { action: 'session.end', result: 'signed-out', subject: 'ravi' },
    ]);
  });
});

describe('a login of the last minutes', () => {
  it('is asked for by what must not be done at a browser that was left open', async () => {
    const visitor = await rig.signedIn('asha');
    await age(visitor, 'authenticated_at', '6 minutes');
    const { cardId } = await rig.kit.cardWithPin('4071');
    const unlock = async () =>
      await visitor.post(`/v1/admin/cards/${cardId}/unlock`, { reason: 'Asked by phone' });
    expect(await unlock()).toMatchObject({ status: 401, body: { code: 'LOGIN_TOO_OLD' } });
    expect(await list(visitor)).toMatchObject({ status: 200 });
    expect(await visitor.signIn('asha', '?fresh=true&return_to=%2Fconsole%2Fcards')).toBe('/console/cards');
    expect(await unlock()).toMatchObject({ status: 409, body: { code: 'PIN_NOT_LOCKED' } });
  });
});

describe('a look at a session', () => {
  it('is shared by the reads of one page, and by nothing that changes something', async () => {
    const visitor = await rig.signedIn('asha');
    const { session_id, csrf_token } = await visitor.session();
    const superuser = await rig.kit.database.open({ url: rig.kit.database.superuserUrl });
    const holder = await hold(superuser, 'LOCK TABLE console_sessions IN ACCESS EXCLUSIVE MODE', []);
    const reads = Array.from({ length: 5 }, () => list(visitor));
    await holder.untilWaiting(1);
    // What was sent after the reads is answered after all of them have come.
    expect(await rig.visitor().send('GET', '/console/')).toMatchObject({ status: 200 });
    expect(await waitingStatements(superuser)).toBe(1);
    const end = visitor.send('POST', `/console/sessions/${session_id}/end`, {
      headers: { 'x-csrf-token': csrf_token },
    });
    await holder.untilWaiting(2);
    await holder.commit();
    const answers = await Promise.all([...reads, end]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 204]);
  });
});

describe('the rights of a session', () => {
  const expire = async (visitor: Visitor) => await age(visitor, 'rights_until', '1 hour');

  it('are asked for anew when the token ends, by one request however many wait', async () => {
    const visitor = await rig.signedIn('asha');
    const sessionId = await expire(visitor);
    const answers = await Promise.all(Array.from({ length: 20 }, () => list(visitor)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    // A refresh token that was shown twice would have ended the provider's grant.
    await expire(visitor);
    expect(await list(visitor)).toMatchObject({ status: 200 });
    expect(await endOf(sessionId)).toBeNull();
  });

  it('are asked for once, however often the database has the renewal written', async () => {
    const visitor = await rig.signedIn('asha');
    const sessionId = await expire(visitor);
    // Numbers of a sequence are not given back: the first attempt alone is a conflict.
    await owner.query(`
      CREATE SEQUENCE attempts;
      CREATE FUNCTION conflict_once() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
        IF nextval('attempts') = 1 THEN RAISE EXCEPTION 'conflict' USING ERRCODE = 'serialization_failure'; END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER conflict_once BEFORE UPDATE OF claims ON console_sessions
        FOR EACH ROW EXECUTE FUNCTION conflict_once();`);
    try {
      expect(await list(visitor)).toMatchObject({ status: 200 });
      const [row] = await owner.query<{ last_value: string }[]>('SELECT last_value FROM attempts');
      expect(row?.last_value).toBe('2');
    } finally {
      await owner.query('DROP FUNCTION conflict_once CASCADE; DROP SEQUENCE attempts');
    }
    // A refresh token that was shown twice would have ended the provider's grant.
    await expire(visitor);
    expect(await list(visitor)).toMatchObject({ status: 200 });
    expect(await endOf(sessionId)).toBeNull();
  });

  it('are those that the provider gives now', async () => {
    const visitor = await rig.signedIn('asha');
    await expire(visitor);
    persons[0] = { ...ASHA, scopes: ['ops:read'] };
    try {
      expect((await visitor.session()).scopes).toEqual(['ops:read']);
      expect(await visitor.post('/v1/admin/policy', {})).toMatchObject({
        status: 403,
        body: { code: 'SCOPE_MISSING' },
      });
    } finally {
      persons[0] = ASHA;
    }
  });

  it('end with the person’s', async () => {
    const visitor = await rig.signedIn('left');
    const sessionId = await expire(visitor);
    persons.splice(
      persons.findIndex(({ subject }) => subject === 'left'),
      1,
    );
    expect(await list(visitor)).toMatchObject(ended);
    expect(await endOf(sessionId)).toBe('rights');
    expect(await linesOf(sessionId)).toMatchObject([
      {},
      { action: 'session.end', result: 'rights', subject: 'left' },
    ]);
  });

  it('are neither given nor taken by a provider that does not answer', async () => {
    const [visitor, newcomer] = [await rig.signedIn('lena'), rig.visitor()];
    const sessionId = await expire(visitor);
    await rig.provider.provider[Symbol.asyncDispose]();
    expect(await list(visitor)).toMatchObject({ status: 503, body: { code: 'ISSUER_UNAVAILABLE' } });
    expect(await endOf(sessionId)).toBeNull();
    // What the provider has told once is known: only its answer to the login would be missing.
    expect((await newcomer.send('GET', '/console/login')).status).toBe(302);
  });
});
