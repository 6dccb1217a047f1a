import { Link, Outlet } from '@tanstack/react-router';
import { useSession, useSessionState } from '../api/session.js';
import mark from '../mark.svg';
import { Badge } from '../components/facts.js';
import { UntrustedText } from '../components/untrusted-text.js';
import { IdleWarning } from './idle-warning.js';
import { PersonMenu } from './person-menu.js';
import { sectionsFor } from './sections.js';
import { SessionNotice } from './session-notice.js';
import { Shortcuts } from './shortcuts.js';

/** What is around each page of a session: header, navigation, and what is to be told about the session. */
export function Shell() {
  const { tenant_id: tenant, scopes } = useSession();
  const { isRehearsal } = useSessionState();
  return (
    <div className="shell">
      <a className="skip" href="#page">
        Skip to the page
      </a>
      <header className="header">
        <Link to="/" className="product">
          <img src={mark} alt="" width="22" height="22" />
          Pinward
        </Link>
        <span className="tenant" title="Tenant">
          <UntrustedText>{tenant}</UntrustedText>
        </span>
        {isRehearsal && <Badge tone="warning">Rehearsal</Badge>}
        <PersonMenu />
      </header>
      <nav className="navigation" aria-label="Sections">
        <ul>
          {sectionsFor(scopes).map(({ to, name }) => (
            <li key={to}>
              <Link to={to} activeOptions={{ exact: to === '/', includeSearch: false }}>
                {name}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <main id="page" className="page" tabIndex={-1}>
        <SessionNotice />
        <Outlet />
      </main>
      <IdleWarning />
      <Shortcuts />
    </div>
  );
}
