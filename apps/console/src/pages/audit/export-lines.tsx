import type { Schemas } from '../../api/client.js';
import { Button } from '../../components/button.js';
import { fileTime, saveFile } from '../../components/save-file.js';
import { csvOf, jsonLinesOf } from './export-rows.js';

/** Downloads of the lines that are shown. */
export function ExportLines({ lines }: { readonly lines: readonly Schemas['AuditEvent'][] }) {
  const name = (ending: string) => `audit-${fileTime(new Date())}.${ending}`;
  return (
    <div className="actions">
      <span className="muted">Download what is shown:</span>
      <Button onClick={() => saveFile(name('csv'), 'text/csv', csvOf(lines))}>CSV</Button>
      <Button onClick={() => saveFile(name('jsonl'), 'application/jsonl', jsonLinesOf(lines))}>
        JSON lines
      </Button>
    </div>
  );
}
