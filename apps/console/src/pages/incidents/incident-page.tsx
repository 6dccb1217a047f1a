import { PageHead } from '../../components/page-head.js';

export function IncidentPage() {
  return <PageHead title="Incident" />;
}
