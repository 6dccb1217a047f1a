import { PageHead } from '../../components/page-head.js';

export function ApprovalsPage() {
  return <PageHead title="Approvals" />;
}
