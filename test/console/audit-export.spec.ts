import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../support/until.js';
import { EXPORT, exportsTold, OpenExport, writeManyLines } from '../service/audit-export-kit.js';
import { ConsoleRig } from './console-rig.js';

const BULK = 8_000;

let rig: ConsoleRig;
let owner: DataSource;
beforeAll(async () => {
  rig = await ConsoleRig.open([
    { subject: 'asha', name: 'Asha Rao', scopes: ['audit:read'] },
    { subject: 'lena', name: 'Lena Vogt', scopes: ['ops:read'] },
  ]);
  owner = await rig.kit.openOwner();
  await writeManyLines(owner, 'default', BULK);
  await until('the lines are sealed', async () => {
    const [row] = await owner.query<{ size: number }[]>('SELECT tree_size::int AS size FROM audit_sealing');
    return (row?.size ?? 0) >= BULK;
  });
});
afterAll(async () => await rig[Symbol.asyncDispose]());

describe('an export that a browser downloads', () => {
  it.each([
    ['same-origin', 200],
    ['none', 200],
    ['same-site', 403],
    ['cross-site', 403],
  ])('from a page that is %s is answered with %i', async (site, status) => {
    const asha = await rig.signedIn('asha');
    const headers = { 'sec-fetch-site': site, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
    const answer = await asha.send('GET', `${EXPORT}?format=csv&action=session.start`, { headers });
    expect(answer.status).toBe(status);
    if (status === 403) expect(answer.body).toMatchObject({ code: 'CSRF_TOKEN_INVALID' });
    else expect(answer.headers['content-disposition']).toMatch(/^attachment; /);
  });

  it('is of the person', async () => {
    const lena = await rig.signedIn('lena');
    expect((await lena.send('GET', `${EXPORT}?format=csv`)).status).toBe(403);
    const asha = await rig.signedIn('asha');
    expect((await asha.send('GET', `${EXPORT}?format=jsonl&action=none`)).status).toBe(200);
    expect((await exportsTold(owner, 'default')).at(-1)).toMatchObject({
      subject: 'asha',
      result: 'complete',
    });
  });

  it('ends with the session', async () => {
    const asha = await rig.signedIn('asha');
    const { session_id } = await asha.session();
    const headers = { ...asha.cookies.header(), 'sec-fetch-site': 'same-origin' };
    const one = await OpenExport.at(rig.kit, rig.url, headers);
    expect((await asha.post(`/console/sessions/${session_id}/end`)).status).toBe(204);
    expect(await one.rest()).toMatchObject({ whole: false });
    expect((await exportsTold(owner, 'default')).at(-1)).toMatchObject({ subject: 'asha', result: 'rights' });
  });
});
