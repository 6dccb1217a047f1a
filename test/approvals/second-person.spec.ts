import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contextOf } from '../clients/client-kit.js';
import { commandLine, operatorOf, TwoPersons, type Operator } from './two-persons-kit.js';

let kit: TwoPersons;
let ada: Operator;
let grace: Operator;
beforeAll(async () => {
  kit = await TwoPersons.open();
  ada = await kit.operator('Ada Lovelace');
  grace = await kit.operator('Grace Hopper');
});
afterAll(() => kit[Symbol.asyncDispose]());

const code = (expected: string) => expect.objectContaining({ code: expected }) as Error;
const refusal = async (requester: Operator, approver: Operator): Promise<unknown> => {
  const approvalId = await kit.ask(requester);
  try {
    await kit.approve(approver, approvalId);
    return 'approved';
  } catch (error) {
    const { code: refused, members } = error as { code: string; members: { reason?: string } };
    return members.reason ?? refused;
  }
};

describe('one operator', () => {
  it('is not two persons by two clients', async () => {
    expect(await refusal(ada, await kit.clientOf('Ada Lovelace'))).toBe('SAME_OPERATOR');
  });

  it.each(['ADA LOVELACE', 'Аda Lovelace', 'Ada\u200b Lovelace', 'Ada\u00adLovelace', 'Ada Love1ace'])(
    'cannot register the own name as %j',
    async (name) => {
      await expect(kit.persons.register(ada(), name)).rejects.toMatchObject({
        code: expect.stringMatching(/^(PERSON_IN_USE|REQUEST_INVALID)$/),
      });
    },
  );

  it('has one person whichever way the name is written, and none that is not registered', async () => {
    const asked = { clientId: 'ada-again', scopes: ['ops:read'], person: 'ada lovelace' };
    const { client } = await kit.clients.registry().create(commandLine(), asked);
    expect(client.person).toBe('Ada Lovelace');
    const unknown = { clientId: 'nobody-1', scopes: ['ops:read'], person: 'Nobody' };
    await expect(kit.clients.registry().create(commandLine(), unknown)).rejects.toThrow(
      code('REQUEST_INVALID'),
    );
  });

  it('does not approve through a client that it made for another person', async () => {
    await kit.persons.register(ada(), 'Made Up');
    const puppet = await kit.clientOf('Made Up', ada());
    expect(await refusal(ada, puppet)).toBe('client-of-one-person');
    expect(await refusal(puppet, ada)).toBe('client-of-one-person');
    expect(await refusal(grace, puppet)).toBe('approved');
  });

  it('does not act by two clients that it made', async () => {
    const puppets: Operator[] = [];
    for (const name of ['First Puppet', 'Second Puppet']) {
      await kit.persons.register(ada(), name);
      puppets.push(await kit.clientOf(name, ada()));
    }
    const [one, other] = puppets;
    expect(one && other && (await refusal(one, other))).toBe('client-of-one-person');
  });

  it("does not approve through a colleague's client whose secret it has changed, also after that changed itself", async () => {
    const colleague = await kit.operator('Linus Torvalds');
    expect(await refusal(ada, colleague)).toBe('approved');
    await kit.clients.registry().rotateSecret(ada(), colleague.clientId);
    expect(await refusal(ada, colleague)).toBe('client-of-one-person');
    kit.clients.passDays(2);
    await kit.clients.registry().rotateOwnSecret(contextOf({ clientId: colleague.clientId }));
    expect(await refusal(ada, colleague)).toBe('client-of-one-person');
    // Grace knows both secrets that are left.
    await kit.clients.registry().rotateSecret(grace(), colleague.clientId);
    await kit.clients.registry().rotateSecret(grace(), colleague.clientId);
    expect(await refusal(ada, colleague)).toBe('approved');
  });

  it('is not another person because another issuer says so', async () => {
    const elsewhere = operatorOf('ada@provider', 'console', 'https://provider.example');
    expect(await refusal(ada, elsewhere)).toBe('other-issuer');
    expect(await refusal(elsewhere, ada)).toBe('other-issuer');
    const colleague = operatorOf('grace@provider', 'console', 'https://provider.example');
    expect(await refusal(elsewhere, colleague)).toBe('approved');
  });

  it('is not joined by a revoked person, a revoked client, or a name taken over with a flaw', async () => {
    const gone = await kit.operator('Gone Person');
    await kit.persons.revoke(commandLine(), 'Gone Person');
    expect(await refusal(ada, gone)).toBe('approver-not-registered');
    expect(await refusal(gone, ada)).toBe('requester-not-registered');
    const leaving = await kit.operator('Leaving Person');
    const approvalId = await kit.ask(leaving);
    await kit.clients.registry().revoke(commandLine(), leaving.clientId);
    await expect(kit.approve(ada, approvalId)).rejects.toMatchObject({
      members: { reason: 'requester-revoked' },
    });
    await kit.clients.owner.query(
      "UPDATE persons SET flaw = 'looks like another', small_key = NULL, capital_key = NULL WHERE name = 'Grace Hopper'",
    );
    expect(await refusal(ada, grace)).toBe('approver-not-registered');
  });
});

describe('persons', () => {
  it('are registered once, also when several ask at once', async () => {
    const names = ['Race Person', 'RACE PERSON', 'race person', 'Race  Person', 'Race-Person'];
    const settled = await Promise.allSettled(
      names.map(async (name) => await kit.persons.register(commandLine(), name)),
    );
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const listed = (await kit.persons.list('default')).filter(({ name }) => /^race/i.test(name));
    expect(listed).toMatchObject([{ mayDecide: true }]);
  });

  it('keep their name when they are revoked', async () => {
    await kit.persons.register(commandLine(), 'Once Only');
    const { body } = await kit.persons.revoke(commandLine(), 'Once Only');
    expect(body).toMatchObject({ mayDecide: false, revokedBy: 'pinctl:root' });
    await expect(kit.persons.register(commandLine(), 'once only')).rejects.toThrow(code('PERSON_IN_USE'));
    await expect(kit.persons.revoke(commandLine(), 'No One')).rejects.toThrow(code('PERSON_NOT_FOUND'));
  });
});
