import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { explainFinding, verifyCards, type Finding } from '#libs/audit';
import { evaluate, newCard, newCardWithPin, spendOf, lockCard } from '../store/store-kit.js';
import { openTrail, type TrailUnderTest } from './audit-kit.js';

let trail: TrailUnderTest;
let cards: string[];
beforeEach(async () => {
  trail = await openTrail();
  cards = [];
  const keeper = trail.keeper();
  for (let round = 0; round < 3; round += 1) {
    const cardId = await newCardWithPin(trail.rig.store);
    cards.push(cardId);
    await evaluate(trail.rig.store, cardId, 'not-matched');
    await keeper.execute();
  }
});
afterEach(() => trail[Symbol.asyncDispose]());

/** As an attacker with the database owner's rights. */
const tamper = async (...statements: string[]) => {
  for (const statement of statements) await trail.rig.owner.query(statement);
};
const idOfLeaf = async (leaf: number): Promise<string> => {
  const [row] = await trail.rig.owner.query<{ id: string }[]>(
    'SELECT audit_id::text AS id FROM audit_leaves WHERE leaf_no = $1',
    [leaf],
  );
  return row?.id ?? '';
};
const edit = (leaf: number, set: string) =>
  `UPDATE audit_events SET ${set} WHERE audit_id = (SELECT audit_id FROM audit_leaves WHERE leaf_no = ${leaf})`;
const rehash = (leaf: number) =>
  `UPDATE audit_leaves l SET hash = sha256('\\x00'::bytea || convert_to(pinward_audit_line(e), 'UTF8'))
     FROM audit_events e WHERE e.audit_id = l.audit_id AND leaf_no = ${leaf}`;

async function findings(): Promise<readonly Finding[]> {
  const report = await trail.verify();
  for (const finding of report.findings) expect(explainFinding(finding)).not.toBe('');
  return report.findings;
}

describe('a trail that was not touched', () => {
  it('is found sound: lines, heads and cards', async () => {
    expect(await findings()).toEqual([]);
    expect(await verifyCards(trail.rig.owner)).toMatchObject({ cards: 3, findings: [] });
  });

  it('is sound while evaluations are in flight and after every kind of step', async () => {
    const [first = ''] = cards;
    await trail.rig.store.spend(spendOf(first));
    await lockCard(trail.rig.store, await newCardWithPin(trail.rig.store));
    await evaluate(trail.rig.store, await newCardWithPin(trail.rig.store), 'matched');
    await evaluate(trail.rig.store, await newCardWithPin(trail.rig.store), 'given-back');
    await newCard(trail.rig.store);
    expect((await verifyCards(trail.rig.owner)).findings).toEqual([]);
  });
});

describe('a trail that was changed', () => {
  it.each([
    ['result', "result = 'matched'"],
    ['subject', "subject = 'nobody'"],
    ['details', `details = '{"triesSpent":0}'`],
    ['source address', 'source_address = NULL'],
    ['masked PAN', "masked_pan = 'XXXX0000'"],
  ])('tells an edited line: %s', async (_, set) => {
    await tamper(edit(3, set));
    expect(await findings()).toEqual([{ kind: 'edited', leaf: 3, auditId: await idOfLeaf(3) }]);
  });

  it('tells a deleted line', async () => {
    const auditId = await idOfLeaf(5);
    await tamper(`DELETE FROM audit_events WHERE audit_id = ${auditId}`);
    expect(await findings()).toEqual([{ kind: 'deleted', leaf: 5, auditId }]);
  });

  it('tells a line deleted with its place, and the first only', async () => {
    await tamper(
      `DELETE FROM audit_events WHERE audit_id = ${await idOfLeaf(2)}`,
      'DELETE FROM audit_leaves WHERE leaf_no = 2',
    );
    expect(await findings()).toEqual([{ kind: 'leaf-missing', leaf: 2 }]);
  });

  it('tells a line deleted with its place when the others move up', async () => {
    await tamper(
      `DELETE FROM audit_events WHERE audit_id = ${await idOfLeaf(2)}`,
      'DELETE FROM audit_leaves WHERE leaf_no = 2',
      'UPDATE audit_leaves SET leaf_no = -leaf_no WHERE leaf_no > 2',
      'UPDATE audit_leaves SET leaf_no = -leaf_no - 1 WHERE leaf_no < 0',
    );
    const [first] = await findings();
    expect(first).toEqual({ kind: 'rewritten', fromLeaf: 0, toLeaf: 3 });
  });

  it('tells an edited line whose hash was made anew', async () => {
    await tamper(edit(6, "client_id = 'other'"), rehash(6));
    expect(await findings()).toEqual([{ kind: 'rewritten', fromLeaf: 4, toLeaf: 7 }]);
  });

  it('tells a line inserted behind the seal', async () => {
    await tamper(
      `INSERT INTO audit_events (xid, tenant_id, client_id, subject, request_id, action, phase)
       SELECT xid, tenant_id, client_id, subject, request_id, 'forged', phase FROM audit_events ORDER BY audit_id LIMIT 1`,
    );
    const [{ id: auditId } = { id: '' }] = await trail.rig.owner.query<{ id: string }[]>(
      "SELECT audit_id::text AS id FROM audit_events WHERE action = 'forged'",
    );
    expect(await findings()).toEqual([{ kind: 'inserted', auditId }]);
  });

  it('tells lines in another order', async () => {
    await tamper(
      'UPDATE audit_leaves SET leaf_no = -1 WHERE leaf_no = 4',
      'UPDATE audit_leaves SET leaf_no = 4 WHERE leaf_no = 5',
      'UPDATE audit_leaves SET leaf_no = 5 WHERE leaf_no = -1',
    );
    expect(await findings()).toEqual([{ kind: 'reordered', leaf: 5, auditId: await idOfLeaf(5) }]);
  });

  it('tells a tail cut off behind the kept checkpoint', async () => {
    await tamper(
      'DELETE FROM audit_events e USING audit_leaves l WHERE l.audit_id = e.audit_id AND leaf_no >= 8',
      'DELETE FROM audit_leaves WHERE leaf_no >= 8',
      'DELETE FROM audit_heads WHERE tree_size > 8',
      'UPDATE audit_sealing SET tree_size = 8',
    );
    expect(await findings()).toEqual([{ kind: 'truncated', size: 8, keptSize: 12 }]);
    expect(await trail.keeper().compare()).toMatch(/8 lines of the audit trail, the kept checkpoint 12/);
  });

  it('tells a fork, whose heads are all signed', async () => {
    const kept = await trail.file.read();
    await tamper(edit(9, "result = 'matched'"), rehash(9), 'DELETE FROM audit_heads WHERE tree_size >= 8');
    await trail.seal.execute();
    expect((await trail.verify(null)).findings).toEqual([]);
    expect((await trail.verify(kept)).findings).toEqual([{ kind: 'forked', keptSize: 12 }]);
    expect(await trail.keeper().compare()).toMatch(/not those of the kept checkpoint/);
  });

  it('tells a head that no key of the trail has signed, and a checkpoint of another trail', async () => {
    await tamper("UPDATE audit_heads SET note = replace(note, 'bank', 'bunk') WHERE tree_size = 8");
    expect(await findings()).toEqual([{ kind: 'head-forged', treeSize: 8 }]);
    const other = await openTrail();
    await newCard(other.rig.store);
    await other.keeper().execute();
    const report = await trail.verify(await other.file.read());
    expect(report.findings[0]).toMatchObject({ kind: 'checkpoint-unusable' });
    await other[Symbol.asyncDispose]();
  });
});

describe('a card that was changed', () => {
  const found = async () => (await verifyCards(trail.rig.owner)).findings;
  const ofFirst = (kind: string, ...differs: string[]) => [
    { kind, tenantId: 'default', cardId: cards[0], differs },
  ];

  it('is told by its tries, its failures and its status', async () => {
    await tamper(`UPDATE cards SET tries_spent = 0 WHERE card_id = '${cards[0]}'`);
    expect(await found()).toEqual(ofFirst('state-differs', 'triesSpent'));
    await tamper(
      `UPDATE cards SET tries_spent = 1, failures_without_success = 0 WHERE card_id = '${cards[0]}'`,
    );
    expect(await found()).toEqual(ofFirst('state-differs', 'failuresWithoutSuccess'));
    await tamper(
      `UPDATE cards SET pin_status = 'locked', failures_without_success = 1 WHERE card_id = '${cards[0]}'`,
    );
    expect(await found()).toEqual(ofFirst('state-differs', 'pinStatus'));
  });

  it('is told by a PIN verifier of another card', async () => {
    await tamper(
      `UPDATE cards a SET verifier = b.verifier, verifier_salt = b.verifier_salt FROM cards b
        WHERE a.card_id = '${cards[0]}' AND b.card_id = '${cards[1]}'`,
    );
    expect(await found()).toEqual(ofFirst('state-differs', 'verifier'));
  });

  it('is told when its evaluation was taken away, with or without its try', async () => {
    await trail.rig.store.spend(spendOf(cards[0] ?? ''));
    await tamper(
      `UPDATE cards SET evaluation_id = NULL, evaluation_deadline = NULL WHERE card_id = '${cards[0]}'`,
    );
    expect((await found())[0]).toMatchObject({ kind: 'state-differs' });
    await tamper(
      `UPDATE cards SET event_no = event_no - 1, tries_spent = 1, failures_without_success = 1 WHERE card_id = '${cards[0]}'`,
    );
    expect(await found()).toEqual(ofFirst('older-than-history'));
  });

  it('is told when it was written without a line, removed, or added', async () => {
    await tamper(`UPDATE cards SET event_no = event_no + 2 WHERE card_id = '${cards[0]}'`);
    expect(await found()).toEqual(ofFirst('ahead-of-history'));
    await tamper(`DELETE FROM cards WHERE card_id = '${cards[0]}'`);
    expect(await found()).toEqual(ofFirst('card-missing'));
    await tamper(
      `DELETE FROM audit_events WHERE card_id = '${cards[0]}'`,
      `UPDATE cards SET card_id = '${cards[0]}' WHERE card_id = '${cards[1]}'`,
    );
    expect((await found()).map(({ kind }) => kind).toSorted()).toEqual(['card-missing', 'no-history']);
  });

  it('is told by a history that was made up', async () => {
    await tamper(
      `INSERT INTO audit_events (tenant_id, client_id, subject, request_id, action, phase, result, card_id, event_no, details)
       SELECT tenant_id, client_id, subject, request_id, action, phase, 'matched', card_id, event_no, replace(details, '"triesSpent":1', '"triesSpent":0')
         FROM audit_events WHERE card_id = '${cards[0]}' AND phase = 'outcome' ORDER BY audit_id DESC LIMIT 1`,
      `UPDATE cards SET tries_spent = 0 WHERE card_id = '${cards[0]}'`,
    );
    expect(await found()).toEqual(ofFirst('history-repeated'));
  });
});
