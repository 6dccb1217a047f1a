import { getRouteApi } from '@tanstack/react-router';
import { useMay } from '../../api/session.js';
import { MissingScope } from '../../components/missing-scope.js';
import { PageHead } from '../../components/page-head.js';
import { ViewLinks } from '../../components/view-links.js';
import { AuditLines } from './audit-lines.js';
import { CheckpointView } from './checkpoint-view.js';

const route = getRouteApi('/inside/audit');

/** The audit trail: its lines, and what they are proven with. */
export function AuditPage() {
  const mayRead = useMay('audit:read');
  return (
    <>
      <PageHead title="Audit" />
      {mayRead ? <Views /> : <MissingScope what="Reading the audit trail" scopes={['audit:read']} />}
    </>
  );
}

function Views() {
  const { view } = route.useSearch();
  return (
    <>
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
