import { describe, expect, it } from 'vitest';
import { csvOf, jsonLinesOf } from './export-rows.js';

const line = (event: Record<string, unknown>) => ({ leafIndex: 7, leafHash: '', event });
const cellsOf = (subject: string) =>
  csvOf([line({ subject })])
    .split('\r\n')[1]
    ?.split(',');

describe('lines as CSV', () => {
  it('have a heading, every member in its place, and a line end each', () => {
    const csv = csvOf([line({ auditId: 41, action: 'pin.validate', details: { triesRemaining: 3 } })]);
    expect(csv).toBe(
      '"leaf","auditId","occurredAt","tenantId","clientId","subject","sourceAddress","requestId","action","phase","result",' +
        '"cardId","maskedPan","eventNo","evaluationId","details"\r\n' +
        '"7","41","","","","","","","pin.validate","","","","","","","{""triesRemaining"":3}"\r\n',
    );
  });

  it.each([
    ['=HYPERLINK("https://evil.example")', `"'=HYPERLINK(""https://evil.example"")"`],
    ['+1', `"'+1"`],
    ['-2+3', `"'-2+3"`],
    ['@SUM(A1)', `"'@SUM(A1)"`],
    ['＝1+1', `"'＝1+1"`],
    [' =1', `"' =1"`],
    ['\t1', `"'\t1"`],
    ['Zoë "Z" O’Neill', '"Zoë ""Z"" O’Neill"'],
    ['a-b', '"a-b"'],
  ])('run nothing in a spreadsheet: %j', (subject, cell) => {
    expect(cellsOf(subject)?.[5]).toBe(cell);
  });

  it('keep a line break within its cell', () => {
    expect(csvOf([line({ subject: 'a\nb' })])).toContain('"a\nb"');
  });
});

it('lines as JSON are those of an export', () => {
  expect(jsonLinesOf([line({ auditId: 41 }), line({ auditId: 42 })])).toBe(
    '{"leaf":7,"event":{"auditId":41}}\n{"leaf":7,"event":{"auditId":42}}\n',
  );
});
