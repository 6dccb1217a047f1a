import { PageHead } from '../../components/page-head.js';

export function CardPage() {
  return <PageHead title="Card" />;
}
