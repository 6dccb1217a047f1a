import { describe, expect, it } from 'vitest';
import vectors from '../../../../../docs/vectors/audit.json';
import { concat, toBase64, utf8 } from '../audit/proof/bytes.js';
import { parseVerifierKey } from '../audit/proof/verifier-key.js';
import { openReport, personsOf, verdictOf } from './report.js';

const key = await parseVerifierKey(vectors.verifierKey);
const signingKey = await crypto.subtle.importKey(
  'jwk',
  vectors.signingKey.privateJwk,
  { name: 'ECDSA', namedCurve: 'P-256' },
  false,
  ['sign'],
);

const REPORT = {
  incidentId: '0b2f7c1e-8a53-4d0e-9a2f-6f1b0f6f9c11',
  state: 'done',
  openedBy: 'Ada Lovelace',
  requestedBy: 'Ada Lovelace',
  approvedBy: 'Grace Hopper',
  counts: { planned: 0, restored: 4988, keptOut: 1, failuresTakenBack: 14_964, causes: { suspicion: 1 } },
  cards: { count: 4989, sha256: 'ab'.repeat(32) },
};

/** A signed note, as the HSM makes it: docs/audit.md. */
async function signed(text: string): Promise<string> {
  const raw = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, signingKey, utf8(text));
  const id = Uint8Array.from([0, 2, 4, 6], (at) => Number.parseInt(key.id.slice(at, at + 2), 16));
  return `${text}\n\u2014 ${key.name} ${toBase64(concat(id, der(new Uint8Array(raw))))}\n`;
}

function der(raw: Uint8Array): Uint8Array {
  const integer = (bytes: Uint8Array) => {
    const digits = bytes.slice(bytes.findIndex((byte) => byte !== 0));
    const positive = (digits[0] ?? 0) < 0x80 ? digits : concat(Uint8Array.of(0), digits);
    return concat(Uint8Array.of(2, positive.length), positive);
  };
  const body = concat(integer(raw.slice(0, 32)), integer(raw.slice(32)));
  return concat(Uint8Array.of(0x30, body.length), body);
}

const noteOf = async (report: unknown, title = 'pinward incident report v1') =>
  await signed(`${title}\n${JSON.stringify(report, null, 2)}\n`);

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
