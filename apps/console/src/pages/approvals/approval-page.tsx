import { PageHead } from '../../components/page-head.js';

export function ApprovalPage() {
  return <PageHead title="Approval" />;
}
