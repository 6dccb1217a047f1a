import { PageHead } from '../../components/page-head.js';

export function ClientPage() {
  return <PageHead title="Client" />;
}
