import { userInfo } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ClientView } from '#libs/api-clients';
import { recordDeploymentPolicy } from '#libs/database';
import { ClientKit } from '../clients/client-kit.js';
import { pinctl } from './run-pinctl.js';

let kit: ClientKit;
beforeAll(async () => {
  kit = await ClientKit.open();
});
afterAll(() => kit[Symbol.asyncDispose]());

const BECAUSE = ['--reason', 'Decision of the security board'];
const run = async (...args: string[]) =>
  await pinctl(args, { DATABASE_URL: kit.database.serviceUrl, PINWARD_ENV: 'test' });
const change = async (clientId: string, ...args: string[]) =>
  await run('clients', 'change', clientId, ...args, ...BECAUSE);
const newApp = async () => {
  const changed = {
    scopes: ['pin:set', 'pin:validate'],
    allowedAddresses: ['192.0.2.0/24'],
    requestsPerMinute: 600,
  };
  return (await kit.newClient(changed)).clientId;
};
const viewOf = async (clientId: string) => {
  const { stdout } = await run('clients', 'list', '--json');
  return (JSON.parse(stdout) as ClientView[]).find((client) => client.clientId === clientId);
};

describe('pinctl clients change', () => {
  it('changes what is named, keeps the rest, and is in the trail with its reason', async () => {
    const clientId = await newApp();
    expect(await change(clientId, '--scope', 'pin:set', '--requests-per-minute', '60')).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringContaining(
        `Client ${clientId} may pin:set, from 192.0.2.0/24, at 60 requests a minute.`,
      ),
    });
    expect(await viewOf(clientId)).toMatchObject({
      scopes: ['pin:set'],
      allowedAddresses: ['192.0.2.0/24'],
      requestsPerMinute: 60,
    });
    const [line] = await kit.owner.query<{ subject: string; details: string }[]>(
      "SELECT subject, details FROM audit_events WHERE action = 'client.change' AND details::jsonb ->> 'client' = $1",
      [clientId],
    );
    expect(line?.subject).toBe(`pinctl:${userInfo().username}`);
    expect(JSON.parse(line?.details ?? '')).toMatchObject({
      reason: BECAUSE[1],
      after: { scopes: 'pin:set' },
    });
    const anywhere = await change(clientId, '--allow-any-address', '--general-rate', '--json');
    expect(anywhere.code).toBe(0);
    expect(JSON.parse(anywhere.stdout)).toMatchObject({ clientId, allowedAddresses: [] });
    expect(await viewOf(clientId)).not.toHaveProperty('requestsPerMinute');
  });

  it('says what is wrong, and changes nothing', async () => {
    const clientId = await newApp();
    const before = await viewOf(clientId);
    for (const [args, words] of [
      [[], 'name what is to change'],
      [['--allow', '192.0.2.0/24', '--allow-any-address'], 'goes with no'],
      [['--requests-per-minute', '60', '--general-rate'], 'goes with no'],
      [['--scope', 'pin:steal'], '--scope (number 1) is not a scope'],
      [['--allow', '192.0.2.1/24'], '--allow (number 1) has host bits set'],
      [['--scope', 'pin:validate', 'pin:set'], 'changes nothing'],
      [['--scope', 'ops:read'], 'must be scopes of card apps'],
    ] as const)
      expect(await change(clientId, ...args), words).toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringContaining(words),
      });
    expect(await run('clients', 'change', clientId, '--scope', 'pin:set')).toMatchObject({ code: 2 });
    expect(await change('no-such-client', '--scope', 'pin:set')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no such client'),
    });
    expect(await viewOf(clientId)).toEqual(before);
  });

  it('gives nothing once two persons can decide over REST, and takes away always', async () => {
    const clientId = await newApp();
    for (const [id, person] of [
      ['ops-ada', 'Ada Lovelace'],
      ['ops-grace', 'Grace Hopper'],
    ] as const) {
      await run('persons', 'create', person);
      expect(await run('clients', 'create', id, '--scope', 'ops:clients', '--person', person)).toMatchObject({
        code: 0,
      });
    }
    const limits = { maxTries: 3, maxFailuresWithoutSuccess: 9 };
    await recordDeploymentPolicy(kit.owner.manager, { approvals: 2, ...limits });
    for (const args of [
      ['--scope', 'pin:set', 'pin:validate', 'pin:reset'],
      ['--allow', '192.0.2.0/23'],
      ['--requests-per-minute', '601'],
      // The command line does not know the service's own limit.
      ['--general-rate'],
    ])
      expect(await change(clientId, ...args), args.join(' ')).toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringMatching(/takes two persons.*POST \/v1\/admin\/clients\/.*\/change/),
      });
    expect(await change(clientId, '--scope', 'pin:set', '--allow', '192.0.2.7')).toMatchObject({ code: 0 });
    expect(await viewOf(clientId)).toMatchObject({
      scopes: ['pin:set'],
      allowedAddresses: ['192.0.2.7/32'],
      requestsPerMinute: 600,
    });
  });
});
