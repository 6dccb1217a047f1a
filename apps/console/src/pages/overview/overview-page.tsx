import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useSession } from '../../api/session.js';
import { Section } from '../../components/facts.js';
import { MissingScope } from '../../components/missing-scope.js';
import { PageHead } from '../../components/page-head.js';
import { Activity } from './activity.js';
import { Incidents } from './incidents.js';
import { PART_SCOPES, partsFor, type Part } from './parts.js';
import { Soundness, ToBeReplaced } from './soundness.js';
import { Alarms, Brakes } from './stopped.js';
import { LockedCards, WaitingApprovals } from './waiting.js';

/** Whether everything is sound, what happened, and what needs somebody now, as far as the person's rights go. */
export function OverviewPage() {
  const { scopes } = useSession();
  const parts = partsFor(scopes);
  const listed = parts.filter((part) => part !== 'soundness' && part !== 'activity');
  return (
    <>
      <PageHead title="Overview" />
      {parts.includes('soundness') && <Soundness />}
      {listed.length > 0 && (
        <div className="columns">
          {listed.map((part) => (
            <Overview key={part} part={part} />
          ))}
        </div>
      )}
      {parts.includes('activity') && <Activity />}
      {parts.includes('soundness') && <ToBeReplaced />}
      {PART_SCOPES.filter(([part]) => !parts.includes(part)).map(([part, needed]) => (
        <MissingScope key={part} what={NOT_SHOWN[part]} scopes={needed} />
      ))}
    </>
  );
}

const NOT_SHOWN: Readonly<Record<Part, string>> = {
  soundness: 'Seeing whether everything is sound',
  activity: 'Seeing what happened in the last hours',
  approvals: 'Seeing what waits for a second person',
  brakes: 'Seeing brakes',
  alarms: 'Seeing alarms',
  incidents: 'Seeing incidents',
  cards: 'Seeing locked cards',
};

function Overview({ part }: { readonly part: Listed }) {
  const { title, link, content } = PARTS[part];
  return (
    <Section title={title} actions={link}>
      {content}
    </Section>
  );
}

type Listed = Exclude<Part, 'soundness' | 'activity'>;

const PARTS: Readonly<
  Record<Listed, { readonly title: string; readonly link: ReactNode; readonly content: ReactNode }>
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
