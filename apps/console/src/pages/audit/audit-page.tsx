import { getRouteApi } from '@tanstack/react-router';
import { PageHead } from '../../components/page-head.js';
import { ViewLinks } from '../../components/view-links.js';
import { AuditLines } from './audit-lines.js';
import { CheckpointView } from './checkpoint-view.js';

const route = getRouteApi('/inside/audit');

/** The audit trail: its lines, and what they are proven with. */
export function AuditPage() {
  const { view } = route.useSearch();
  return (
    <>
      <PageHead title="Audit" />
      <ViewLinks
        label="Views of the audit trail"
        views={[
          { word: 'Lines', link: { to: '/audit', search: {} }, current: view === undefined },
          {
            word: 'Checkpoint and keys',
            link: { to: '/audit', search: { view: 'keys' } },
            current: view === 'keys',
          },
        ]}
      />
      {view === 'keys' ? <CheckpointView /> : <AuditLines />}
    </>
  );
}
