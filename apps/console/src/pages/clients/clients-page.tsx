import { PageHead } from '../../components/page-head.js';

export function ClientsPage() {
  return <PageHead title="Clients" />;
}
