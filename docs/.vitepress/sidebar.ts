import type { DefaultTheme } from 'vitepress';
import { linkTo, PAGES, titleOf } from './pages.js';

/** The pages by whom they are for; those of a folder by its name and a slash. What is named nowhere comes last. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  'Quick starts': [
    'docs/quick-start/backend.md',
    'docs/quick-start/web.md',
    'docs/quick-start/mobile.md',
    'docs/quick-start/operator.md',
  ],
  'Card apps': [
    'docs/http-api.md',
    'docs/errors.md',
    'docs/client.md',
    'docs/backend-client.md',
    'docs/pin-pad.md',
    'docs/messages.md',
    'docs/integration/',
    'docs/webhooks.md',
    'docs/sandbox.md',
    'docs/vectors/',
  ],
  'How it works': [
    'README.md',
    'docs/flows.md',
    'docs/pin-envelope.md',
    'docs/try-counter.md',
    'docs/weak-pins.md',
    'docs/data-at-rest.md',
    'docs/glossary.md',
  ],
  Running: [
    'docs/installation.md',
    'docs/configuration.md',
    'docs/operations.md',
    'docs/alarms.md',
    'docs/incidents.md',
    'docs/clients.md',
    'docs/rate-limits.md',
    'docs/network-zones.md',
    'docs/key-ceremony.md',
    'docs/status.md',
    'docs/logging.md',
    'docs/metrics.md',
    'docs/runbook.md',
    'docs/audit.md',
    'docs/upgrading.md',
  ],
  HSMs: ['docs/hsm/'],
  Security: ['SECURITY.md', 'docs/evidence.md', 'docs/compliance/'],
  'The code': [
    'CONTRIBUTING.md',
    'docs/reading.md',
    'docs/import-graph.md',
    'docs/how-to/',
    'docs/releasing.md',
    'CHANGELOG.md',
  ],
  Decisions: ['docs/adr/'],
};

/** Long, and read seldom: closed until it is asked for. */
const CLOSED = ['HSMs', 'Security', 'The code', 'Decisions', 'More'];
/** Said by the name of the group. */
const QUICK_START = /^Quick start: /;

/** The site's first page, and the list of all. */
const UNLISTED = ['docs/index.md', 'docs/README.md'];

export function sidebar(): DefaultTheme.SidebarItem[] {
  const groups = Object.entries(GROUPS).map(([text, members]) => ({ text, pages: pagesOf(members) }));
  const named = new Set([...UNLISTED, ...groups.flatMap(({ pages }) => pages)]);
  const others = { text: 'More', pages: PAGES.filter((page) => !named.has(page)) };
  return [...groups, others]
    .filter(({ pages }) => pages.length > 0)
    .map(({ text, pages }) => ({
      text,
      collapsed: CLOSED.includes(text),
      items: pages.map((page) => ({ text: titleOf(page).replace(QUICK_START, ''), link: linkTo(page) })),
    }));
}

function pagesOf(members: readonly string[]): readonly string[] {
  return members.flatMap((member) => {
    if (!member.endsWith('/')) return PAGES.filter((page) => page === member);
    const readme = `${member}README.md`;
    return PAGES.filter((page) => page.startsWith(member)).toSorted(
      (one, other) => Number(other === readme) - Number(one === readme),
    );
  });
}
