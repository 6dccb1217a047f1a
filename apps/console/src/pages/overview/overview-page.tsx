import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useSession } from '../../api/session.js';
import { Section } from '../../components/facts.js';
import { Empty } from '../../components/loaded.js';
import { PageHead } from '../../components/page-head.js';
import { Alarms, Brakes } from './stopped.js';
import { Incidents } from './incidents.js';
import { LockedCards, WaitingApprovals } from './waiting.js';
import { partsFor, type Part } from './parts.js';

/** What needs somebody now, as far as the person's rights go. */
export function OverviewPage() {
  const { scopes } = useSession();
  const parts = partsFor(scopes);
  return (
    <>
      <PageHead title="Overview" />
      {parts.length === 0 && (
        <Empty>Your rights are about none of what is shown here. The sections are on the left.</Empty>
      )}
      <div className="columns">
        {parts.map((part) => (
          <Overview key={part} part={part} />
        ))}
      </div>
    </>
  );
}

function Overview({ part }: { readonly part: Part }) {
  const { title, link, content } = PARTS[part];
  return (
    <Section title={title} actions={link}>
      {content}
    </Section>
  );
}

const PARTS: Readonly<
  Record<Part, { readonly title: string; readonly link: ReactNode; readonly content: ReactNode }>
> = {
  approvals: {
    title: 'Waiting for a second person',
    link: <Link to="/approvals">All approvals</Link>,
    content: <WaitingApprovals />,
  },
  brakes: {
    title: 'Brakes in force',
    link: <Link to="/incidents">Incidents and brakes</Link>,
    content: <Brakes />,
  },
  alarms: { title: 'Open alarms', link: null, content: <Alarms /> },
  incidents: {
    title: 'Incidents under way',
    link: <Link to="/incidents">All incidents</Link>,
    content: <Incidents />,
  },
  cards: {
    title: 'Locked cards',
    link: <Link to="/cards">All locked cards</Link>,
    content: <LockedCards />,
  },
};
