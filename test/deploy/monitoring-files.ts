import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { load } from 'js-yaml';
import { PROJECT_ROOT } from '../support/project-root.js';

/** A rule of Prometheus that raises an alert. */
interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title?: string;
  readonly description?: string;
  readonly gridPos: Place;
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string } };
  readonly targets?: readonly { readonly expr: string }[];
}

interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly tags: readonly string[];
  readonly panels: readonly Panel[];
  readonly annotations: { readonly list: readonly { readonly expr: string }[] };
  readonly templating: { readonly list: readonly { readonly name: string; readonly definition?: string }[] };
}

interface RuleTests {
  readonly tests: readonly {
    readonly input_series: readonly { readonly series: string }[];
    readonly promql_expr_test?: readonly {
      readonly expr: string;
      readonly exp_samples: readonly unknown[];
    }[];
  }[];
}

export const PROMETHEUS = join(PROJECT_ROOT, 'deploy/prometheus');
export const GRAFANA = join(PROJECT_ROOT, 'deploy/grafana');

const yaml = (name: string) => load(readFileSync(join(PROMETHEUS, name), 'utf8'));

export const groups = (
  yaml('pinward-alerts.yml') as {
    readonly groups: readonly { readonly name: string; readonly rules: readonly AlertRule[] }[];
  }
).groups;
export const rules = groups.flatMap((group) => group.rules);

const { tests } = yaml('pinward-alerts-test.yml') as RuleTests;
export const ruleTests = tests.flatMap((test) => test.promql_expr_test ?? []);
const testedSeries = tests.flatMap((test) => test.input_series.map(({ series }) => series));

/** Each dashboard by the name of its file. */
export const dashboards: ReadonlyMap<string, Dashboard> = new Map(
  globSync('*.json', { cwd: GRAFANA }).map((file) => [
    basename(file, '.json'),
    JSON.parse(readFileSync(join(GRAFANA, file), 'utf8')) as Dashboard,
  ]),
);

/** Every expression of the dashboards, with what Grafana fills in filled in. */
export const drawn = [...dashboards.values()].flatMap(({ panels, annotations }) =>
  [...panels.flatMap(({ targets = [] }) => targets), ...annotations.list].map(({ expr }) =>
    expr.replaceAll('$__rate_interval', '5m').replaceAll('$instance', '.*'),
  ),
);

export const expressions = [
  ...rules.map(({ expr }) => expr),
  ...ruleTests.map(({ expr }) => expr),
  ...testedSeries,
  ...drawn,
];

/** Names of metrics in a text, Prometheus' own (`up`, `ALERTS`) left out. */
export function metricsIn(text: string): readonly string[] {
  return [...new Set(text.match(/\b(?:pinward|process|nodejs)_\w+/g) ?? [])];
}

/** Names of labels in an expression: in matchers, and where it groups or joins. */
export function labelsIn(expr: string): readonly string[] {
  const withoutTexts = expr.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""');
  const matched = [...withoutTexts.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*""/g)].map(([, name = '']) => name);
  const listed = [
    ...withoutTexts.matchAll(/\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)/g),
  ].flatMap(([, names = '']) => names.split(',').map((name) => name.trim()));
  return [...matched, ...listed].filter((name) => name !== '');
}

/** The values that expressions compare a label with; each of `a|b` alone. */
export function valuesOf(label: string, exprs: readonly string[] = expressions): readonly string[] {
  const matcher = new RegExp(`\\b${label}\\s*(?:=~|!~|!=|=)\\s*"([^"]*)"`, 'g');
  return [
    ...new Set(
      exprs.flatMap((expr) => [...expr.matchAll(matcher)].flatMap(([, value = '']) => value.split('|'))),
    ),
  ];
}

/** Titles of panels that lie on another one or beside the grid of 24 columns. */
export function misplaced(panels: readonly Panel[]): readonly string[] {
  return panels
    .filter(
      ({ id, gridPos: a }) =>
        a.x + a.w > 24 || panels.some(({ id: other, gridPos: b }) => other !== id && overlap(a, b)),
    )
    .map(({ title = '' }) => title);
}

function overlap(a: Place, b: Place): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}
