import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
} from '@tanstack/react-router';
import { enterSession } from './layout/enter-session.js';
import { ErrorPage, LonelyErrorPage, NotFoundPage, PendingPage } from './layout/fallback-pages.js';
import { Shell } from './layout/shell.js';
import { auditSearch } from './pages/audit/search.js';
import { approvalsSearch } from './pages/approvals/search.js';
import { cardHistorySearch, cardsSearch } from './pages/cards/search.js';
import { clientSearch, clientsSearch } from './pages/clients/search.js';
import { incidentSearch, incidentsSearch } from './pages/incidents/search.js';
import { overviewSearch } from './pages/overview/search.js';
import { signedOutSearch } from './pages/signed-out/search.js';
import { webhookSearch, webhooksSearch } from './pages/webhooks/search.js';
import { parseQuery, stringifyQuery } from './search.js';

const root = createRootRoute({ component: Outlet });

const signedOut = createRoute({
  getParentRoute: () => root,
  path: '/signed-out',
  validateSearch: signedOutSearch,
  component: lazyRouteComponent(() => import('./pages/signed-out/signed-out-page.js'), 'SignedOutPage'),
});

/** All that takes a session. */
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  beforeLoad: enterSession,
  errorComponent: LonelyErrorPage,
  component: Shell,
});
const parent = () => inside;

const overview = createRoute({
  getParentRoute: parent,
  path: '/',
  validateSearch: overviewSearch,
  component: lazyRouteComponent(() => import('./pages/overview/overview-page.js'), 'OverviewPage'),
});
const sessions = createRoute({
  getParentRoute: parent,
  path: '/own-sessions',
  component: lazyRouteComponent(() => import('./pages/sessions/sessions-page.js'), 'SessionsPage'),
});

const cards = createRoute({
  getParentRoute: parent,
  path: '/cards',
  validateSearch: cardsSearch,
  component: lazyRouteComponent(() => import('./pages/cards/cards-page.js'), 'CardsPage'),
});
const card = createRoute({
  getParentRoute: parent,
  path: '/cards/$cardId',
  validateSearch: cardHistorySearch,
  component: lazyRouteComponent(() => import('./pages/cards/card-page.js'), 'CardPage'),
});

const approvals = createRoute({
  getParentRoute: parent,
  path: '/approvals',
  validateSearch: approvalsSearch,
  component: lazyRouteComponent(() => import('./pages/approvals/approvals-page.js'), 'ApprovalsPage'),
});
const approval = createRoute({
  getParentRoute: parent,
  path: '/approvals/$approvalId',
  component: lazyRouteComponent(() => import('./pages/approvals/approval-page.js'), 'ApprovalPage'),
});

const incidents = createRoute({
  getParentRoute: parent,
  path: '/incidents',
  validateSearch: incidentsSearch,
  component: lazyRouteComponent(() => import('./pages/incidents/incidents-page.js'), 'IncidentsPage'),
});
const incident = createRoute({
  getParentRoute: parent,
  path: '/incidents/$incidentId',
  validateSearch: incidentSearch,
  component: lazyRouteComponent(() => import('./pages/incidents/incident-page.js'), 'IncidentPage'),
});

const audit = createRoute({
  getParentRoute: parent,
  path: '/audit',
  validateSearch: auditSearch,
  component: lazyRouteComponent(() => import('./pages/audit/audit-page.js'), 'AuditPage'),
});
const auditLine = createRoute({
  getParentRoute: parent,
  path: '/audit/$leafIndex',
  component: lazyRouteComponent(() => import('./pages/audit/audit-line-page.js'), 'AuditLinePage'),
});

const clients = createRoute({
  getParentRoute: parent,
  path: '/clients',
  validateSearch: clientsSearch,
  component: lazyRouteComponent(() => import('./pages/clients/clients-page.js'), 'ClientsPage'),
});
const client = createRoute({
  getParentRoute: parent,
  path: '/clients/$clientId',
  validateSearch: clientSearch,
  component: lazyRouteComponent(() => import('./pages/clients/client-page.js'), 'ClientPage'),
});

const webhooks = createRoute({
  getParentRoute: parent,
  path: '/webhooks',
  validateSearch: webhooksSearch,
  component: lazyRouteComponent(() => import('./pages/webhooks/webhooks-page.js'), 'WebhooksPage'),
});
const webhook = createRoute({
  getParentRoute: parent,
  path: '/webhooks/$endpointId',
  validateSearch: webhookSearch,
  component: lazyRouteComponent(() => import('./pages/webhooks/webhook-page.js'), 'WebhookPage'),
});

const keys = createRoute({
  getParentRoute: parent,
  path: '/keys',
  component: lazyRouteComponent(() => import('./pages/keys/keys-page.js'), 'KeysPage'),
});
const keyKind = createRoute({
  getParentRoute: parent,
  path: '/keys/$kind',
  component: lazyRouteComponent(() => import('./pages/keys/key-kind-page.js'), 'KeyKindPage'),
});

/** An address without a page; within a session, as all others. */
const notFound = createRoute({ getParentRoute: parent, path: '$', component: NotFoundPage });

const tree = root.addChildren([
  signedOut,
  inside.addChildren([
    overview,
    sessions,
    cards,
    card,
    approvals,
    approval,
    incidents,
    incident,
    audit,
    auditLine,
    clients,
    client,
    webhooks,
    webhook,
    keys,
    keyKind,
    notFound,
  ]),
]);

/** Every page is a file of its own, fetched when it is come to or pointed at. */
export const router = createRouter({
  routeTree: tree,
  basepath: '/console',
  parseSearch: parseQuery,
  stringifySearch: stringifyQuery,
  // What a page does not take of an address is neither sent nor shown: the address is put right.
  search: { strict: true },
  scrollRestoration: true,
  defaultPreload: 'intent',
  defaultPendingMs: 200,
  defaultPendingComponent: PendingPage,
  defaultErrorComponent: ErrorPage,
});

/**
 * The page's own file is fetched while the session is being read: otherwise the one waits for the other. Where it can't be,
 * the page says so when it is come to.
 */
export function fetchPage(): void {
  const [matchedRoutes] = router.getMatchedRoutes(router.latestLocation.pathname);
  for (const route of matchedRoutes) router.loadRouteChunk(route)?.catch(() => undefined);
}

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
