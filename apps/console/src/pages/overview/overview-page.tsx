import { PageHead } from '../../components/page-head.js';

export function OverviewPage() {
  return <PageHead title="Overview" />;
}
