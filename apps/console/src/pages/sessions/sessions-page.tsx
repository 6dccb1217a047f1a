import { useQuery } from '@tanstack/react-query';
import { endSession, listOwnSessions, signOut, type OwnSession } from '../../api/console-calls.js';
import { useIntention } from '../../api/intention.js';
import { Button } from '../../components/button.js';
import { DataTable } from '../../components/data-table.js';
import { Badge } from '../../components/facts.js';
import { Loaded } from '../../components/loaded.js';
import { PageHead } from '../../components/page-head.js';
import { ProblemBox } from '../../components/problem-box.js';
import { Time } from '../../components/time.js';
import { Address, UntrustedText } from '../../components/untrusted-text.js';

/** Where the person is signed in. */
export function SessionsPage() {
  const query = useQuery({ queryKey: ['sessions'], queryFn: listOwnSessions });
  const end = useIntention<OwnSession, void>(
    'end-session',
    async ({ session_id: id, current }, requestId) => {
      if (current) await signOut(true);
      else await endSession(id, requestId);
    },
  );
  return (
    <>
      <PageHead title="Your sessions" />
      <p>End what you do not know, and tell those who run the service.</p>
      {end.problem !== null && <ProblemBox problem={end.problem} />}
      <Loaded query={query}>
        {(sessions) => (
          <DataTable
            caption="Your sessions"
            rows={sessions}
            keyOf={(session) => session.session_id}
            columns={[
              { head: 'Signed in', cell: ({ signed_in_at: at }) => <Time at={at} style="short" /> },
              { head: 'Last seen', cell: ({ last_seen_at: at }) => <Time at={at} style="short" /> },
              { head: 'Address', cell: (session) => <Address>{session.source_address}</Address> },
              {
                head: 'Browser',
                cell: ({ user_agent: name }) => (name === '' ? '–' : <UntrustedText>{name}</UntrustedText>),
              },
              { head: 'Ends', cell: ({ ends_at: at }) => <Time at={at} style="short" /> },
              {
                head: 'Action',
                cell: (session) => (
                  <span className="actions">
                    {session.current && <Badge tone="good">this one</Badge>}
                    <Button busy={end.running} onClick={() => end.run(session)}>
                      {session.current ? 'Sign out' : 'End'}
                    </Button>
                  </span>
                ),
              },
            ]}
          />
        )}
      </Loaded>
    </>
  );
}
