import { PageHead } from '../../components/page-head.js';

export function WebhookPage() {
  return <PageHead title="Endpoint" />;
}
