import { describe, expect, it } from 'vitest';
import vectors from '../../../../../docs/vectors/audit.json';
import { signedByVectors } from '../audit/proof/signed-by-vectors.js';
import { parseVerifierKey } from '../audit/proof/verifier-key.js';
import { openReport, personsOf, verdictOf } from './report.js';

const key = await parseVerifierKey(vectors.verifierKey);
const REPORT = {
  incidentId: '0b2f7c1e-8a53-4d0e-9a2f-6f1b0f6f9c11',
  state: 'done',
  openedBy: 'Ada Lovelace',
  requestedBy: 'Ada Lovelace',
  approvedBy: 'Grace Hopper',
  counts: { planned: 0, restored: 4988, keptOut: 1, failuresTakenBack: 14_964, causes: { suspicion: 1 } },
  cards: { count: 4989, sha256: 'ab'.repeat(32) },
};

const noteOf = async (report: unknown, title = 'pinward incident report v1') =>
  await signedByVectors(`${title}\n${JSON.stringify(report, null, 2)}\n`);

describe('the report of an incident', () => {
  it('is read where its signature holds', async () => {
    const { report, json, signedBy } = await openReport(await noteOf(REPORT), [key]);
    expect(JSON.parse(json)).toEqual(REPORT);
    expect(signedBy).toEqual([key]);
    expect(verdictOf(report)).toBe(
      'The restoration was carried out to its end. 4988 cards were restored, and 14964 failures taken back. 1 card was kept out.',
    );
    expect(personsOf(report)).toBe('Two persons have decided.');
  });

  it('says what was left, and that nobody has asked', async () => {
    const counts = { ...REPORT.counts, planned: 2, restored: 0, keptOut: 0 };
    const lapsed = { ...REPORT, state: 'lapsed', requestedBy: null, approvedBy: null, counts };
    const { report } = await openReport(await noteOf(lapsed), [key]);
    expect(verdictOf(report)).toBe('It lapsed. No card was restored. 2 cards were left as they were.');
    expect(personsOf(report)).toBe('Nobody has asked for the restoration.');
  });

  it('is refused with another number in it, under another title, and without members', async () => {
    const note = await noteOf(REPORT);
    await expect(openReport(note.replace('4988', '4989'), [key])).rejects.toThrow(/signature/);
    await expect(openReport(note, [])).rejects.toThrow(/No known/);
    await expect(openReport(await noteOf(REPORT, 'pinward key record v1'), [key])).rejects.toThrow(
      /no report/,
    );
    await expect(openReport(await noteOf({ ...REPORT, counts: {} }), [key])).rejects.toThrow(/understand/);
    const head = vectors.checkpoints[0]?.checkpoint ?? '';
    await expect(openReport(head, [key])).rejects.toThrow(/no report/);
  });
});
