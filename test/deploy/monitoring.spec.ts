import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { headingAnchor } from '../../docs/.vitepress/heading-anchor.js';
import { LIMIT_NAMES } from '#libs/errors';
import { tableRows } from '../docs/markdown-table.js';
import { PROJECT_ROOT } from '../support/project-root.js';
import {
  dashboards,
  drawn,
  expressions,
  GRAFANA,
  groups,
  labelsIn,
  metricsIn,
  misplaced,
  PROMETHEUS,
  rules,
  ruleTests,
  valuesOf,
} from './monitoring-files.js';

const hasPromtool = spawnSync('promtool', ['--version']).status === 0;
if (!hasPromtool) console.warn('SKIPPED: promtool is missing (apt-get install prometheus)');

/** Prometheus adds these itself. */
const OF_PROMETHEUS = ['job', 'instance', 'le', 'alertname', 'alertstate', 'severity'];

const page = (name: string) => readFileSync(join(PROJECT_ROOT, 'docs', name), 'utf8');
const runbook = page('runbook.md');
const metricRows = tableRows(page('metrics.md')).filter(([name = '']) => /^`pinward_\w+`$/.test(name));
const alertNames = rules.map(({ alert }) => alert);
const panels = [...dashboards].flatMap(([board, dashboard]) =>
  dashboard.panels
    .filter(({ type }) => type !== 'row')
    .map((panel) => ({ ...panel, where: `${board}: ${panel.title ?? ''}` })),
);

/** What Prometheus makes of the rows of docs/metrics.md: a histogram has three series. */
function explainedSeries(): readonly string[] {
  return metricRows.flatMap(([cell = '', meaning = '']) => {
    const name = cell.replaceAll('`', '');
    return meaning.includes('histogram')
      ? ['bucket', 'sum', 'count'].map((part) => `${name}_${part}`)
      : [name];
  });
}

function seriesOfTheProcess(): readonly string[] {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry.getMetricsAsArray().map(({ name }) => name);
}

/** Labels as docs/metrics.md names them: by `lane` and `reason`. */
function explainedLabels(): readonly string[] {
  return metricRows.flatMap(([, meaning = '']) =>
    [...meaning.matchAll(/\bby (?:\w+ )?(`\w+`(?:(?:, | and )`\w+`)*)/g)].flatMap(([, names = '']) =>
      [...names.matchAll(/`(\w+)`/g)].map(([, name = '']) => name),
    ),
  );
}

describe.skipIf(!hasPromtool)('promtool', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'pinward-promtool-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** What it complains of; empty when there is nothing. */
  function faults(...args: readonly string[]): string {
    const { status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8' });
    return status === 0 ? '' : `promtool ended with ${status}: ${stdout}${stderr}`;
  }

  it('understands the rules', () => {
    expect(
      faults('check', 'rules', '--lint=all', '--lint-fatal', join(PROMETHEUS, 'pinward-alerts.yml')),
    ).toBe('');
  });

  it('finds the alerts silent and firing where they should be', () => {
    expect(faults('test', 'rules', join(PROMETHEUS, 'pinward-alerts-test.yml'))).toBe('');
  }, 600_000);

  it('understands the example of a scrape', () => {
    expect(faults('check', 'config', join(PROMETHEUS, 'prometheus.yml'))).toBe('');
  });

  it('understands every expression of the dashboards', () => {
    const file = join(folder, 'drawn.yml');
    const recorded = drawn.map((expr, index) => ({ record: `drawn:${index}`, expr }));
    // JSON is YAML.
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'drawn', rules: recorded }] }));
    expect(faults('check', 'rules', '--lint=none', file)).toBe('');
  });
});

describe('the rules', () => {
  it('have a name, a severity and texts, and lead to their section of the runbook', () => {
    expect(new Set(alertNames).size).toBe(alertNames.length);
    for (const { alert, labels, annotations } of rules) {
      expect(alert).toMatch(/^Pinward[A-Z][A-Za-z]+$/);
      expect(['page', 'ticket'], alert).toContain(labels['severity']);
      expect(Object.keys(annotations), alert).toEqual(['summary', 'description', 'runbook_url']);
      expect(annotations['runbook_url']).toBe(`docs/runbook.md#${headingAnchor(alert)}`);
    }
  });

  it('are tested both silent and firing where they call a person or tell of guessing', () => {
    const attacks = groups.find(({ name }) => name === 'pins-and-attacks')?.rules ?? [];
    expect(attacks.length).toBeGreaterThan(0);
    const wanted = new Set([
      ...attacks.map(({ alert }) => alert),
      ...rules.filter(({ labels }) => labels['severity'] === 'page').map(({ alert }) => alert),
    ]);
    const tested = (fires: boolean) =>
      valuesOf(
        'alertname',
        ruleTests.filter((test) => test.exp_samples.length > 0 === fires).map(({ expr }) => expr),
      );
    expect([...wanted].filter((alert) => !tested(true).includes(alert))).toEqual([]);
    expect([...wanted].filter((alert) => !tested(false).includes(alert))).toEqual([]);
    expect(
      valuesOf(
        'alertname',
        ruleTests.map(({ expr }) => expr),
      ).filter((name) => !alertNames.includes(name)),
    ).toEqual([]);
  });

  it('have a section each in docs/runbook.md, and no section is of another', () => {
    const sections = [...runbook.matchAll(/^## (Pinward\w+)$/gm)].map(([, name = '']) => name);
    expect(sections.toSorted()).toEqual(alertNames.toSorted());
  });
});

describe('rules, their tests, dashboards and runbook', () => {
  it('name only metrics that docs/metrics.md explains, and those of every process', () => {
    const files = [
      ...globSync('*.yml', { cwd: PROMETHEUS }).map((file) => join(PROMETHEUS, file)),
      ...globSync('*.json', { cwd: GRAFANA }).map((file) => join(GRAFANA, file)),
    ];
    const texts = [...files.map((file) => readFileSync(file, 'utf8')), runbook];
    const known = new Set([...explainedSeries(), ...seriesOfTheProcess()]);
    const unknown = texts.flatMap((text) => metricsIn(text)).filter((name) => !known.has(name));
    expect([...new Set(unknown)].toSorted()).toEqual([]);
  });

  it('use only labels of the closed sets that docs/metrics.md names', () => {
    const known = new Set([...explainedLabels(), ...OF_PROMETHEUS]);
    const told = rules.flatMap(({ annotations }) =>
      [
        ...Object.values(annotations)
          .join(' ')
          .matchAll(/\$labels\.(\w+)/g),
      ].map(([, name = '']) => name),
    );
    const unknown = [...told, ...expressions.flatMap((expr) => labelsIn(expr))].filter(
      (name) => !known.has(name),
    );
    expect([...new Set(unknown)].toSorted()).toEqual([]);
  });

  it('compare with codes, routes and limits that exist', () => {
    const codes = tableRows(page('errors.md')).map(([code = '']) => code.replaceAll('`', ''));
    const routes = globSync('docs/openapi/*.json', { cwd: PROJECT_ROOT }).flatMap((file) => {
      const { paths } = JSON.parse(readFileSync(join(PROJECT_ROOT, file), 'utf8')) as {
        readonly paths: Readonly<Record<string, unknown>>;
      };
      return Object.keys(paths).map((path) => path.replaceAll(/\{(\w+)\}/g, ':$1'));
    });
    expect(valuesOf('code').filter((code) => !codes.includes(code))).toEqual([]);
    expect(valuesOf('route').filter((route) => !routes.includes(route))).toEqual([]);
    expect(valuesOf('limit').filter((limit) => !(LIMIT_NAMES as readonly string[]).includes(limit))).toEqual(
      [],
    );
    expect([valuesOf('code'), valuesOf('route'), valuesOf('limit')].every(({ length }) => length > 1)).toBe(
      true,
    );
  });

  it('compare with outcomes and lanes that docs/metrics.md names', () => {
    const named = metricRows.flatMap((cells) =>
      [...cells.join(' ').matchAll(/`([a-z-]+)`/g)].map(([, word]) => word),
    );
    const values = [...valuesOf('outcome'), ...valuesOf('lane')];
    expect(values.filter((value) => !named.includes(value))).toEqual([]);
  });
});

describe('the dashboards', () => {
  it('are four that keep their address, and hold on to no installation', () => {
    expect([...dashboards.keys()].toSorted()).toEqual([
      'hsm',
      'pins-and-attacks',
      'service',
      'webhooks-and-audit',
    ]);
    for (const [name, { uid, tags, templating }] of dashboards) {
      const uids = readFileSync(join(GRAFANA, `${name}.json`), 'utf8').matchAll(/"uid": "([^"]+)"/g);
      expect(new Set([...uids].map(([, value]) => value))).toEqual(new Set([uid, '${datasource}']));
      expect({ uid, tags }).toEqual({ uid: `pinward-${name}`, tags: ['pinward'] });
      expect(templating.list.map((variable) => variable.name)).toEqual(['datasource', 'instance']);
    }
  });

  it('have a title, a unit and a description of what is normal on each panel', () => {
    expect(panels.length).toBeGreaterThan(50);
    for (const { where, title = '', description = '', fieldConfig, targets = [] } of panels) {
      expect(title, where).not.toBe('');
      expect(description, where).toMatch(/Normal: /);
      expect(fieldConfig?.defaults.unit ?? '', where).not.toBe('');
      expect(targets.length, where).toBeGreaterThan(0);
    }
  });

  it.each([...dashboards])('%s lays no panel on another', (_name, dashboard) => {
    expect(misplaced(dashboard.panels)).toEqual([]);
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
  });
});
