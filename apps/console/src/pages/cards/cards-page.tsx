import { PageHead } from '../../components/page-head.js';

export function CardsPage() {
  return <PageHead title="Cards" />;
}
