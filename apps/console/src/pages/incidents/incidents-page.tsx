import { PageHead } from '../../components/page-head.js';

export function IncidentsPage() {
  return <PageHead title="Incidents" />;
}
