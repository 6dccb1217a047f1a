import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../rigs/ports.js';
import { ServiceKit } from '../service/service-kit.js';
import { randomPin } from '../support/random-pin.js';
import { until } from '../support/until.js';
import { drawn, PROMETHEUS, rules } from './monitoring-files.js';

const PROGRAM = '/usr/bin/prometheus';
const isInstalled = existsSync(PROGRAM);
if (!isInstalled) console.warn('SKIPPED: prometheus is missing (apt-get install prometheus)');

interface Answer<Data> {
  readonly status: string;
  readonly data: Data;
}

describe.skipIf(!isInstalled)('a real Prometheus beside a real service', () => {
  let folder: string;
  let kit: ServiceKit;
  let prometheus: ChildProcess;
  let url: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'pinward-prometheus-'));
    kit = await ServiceKit.open({ INTERNAL_PORT: '0', AUDIT_STREAM_FILE: join(folder, 'trail.jsonl') });
    const pin = randomPin();
    const card = await kit.cardWithPin(pin);
    await kit.validate(card, pin);
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    const configuration = {
      global: { scrape_interval: '1s', evaluation_interval: '1s' },
      rule_files: [join(PROMETHEUS, 'pinward-alerts.yml')],
      scrape_configs: [
        {
          job_name: 'pinward',
          static_configs: [{ targets: [new URL(kit.service.urlOf('internal')).host] }],
        },
      ],
    };
    // JSON is YAML.
    writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify(configuration));
    prometheus = spawn(
      PROGRAM,
      [
        `--config.file=${join(folder, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      { stdio: 'ignore' },
    );
    await until('every rule was evaluated on what was scraped', async () => {
      const up = await queried('up{job="pinward"} == 1').catch(() => []);
      return up.length > 0 && (await evaluated()).every(({ health }) => health !== 'unknown');
    });
  });
  afterAll(async () => {
    const ended = once(prometheus, 'exit');
    prometheus.kill();
    await ended;
    await kit[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  async function get<Data>(path: string): Promise<Data> {
    const answer = (await (await fetch(`${url}/api/v1/${path}`)).json()) as Answer<Data>;
    if (answer.status !== 'success') throw new Error(JSON.stringify(answer));
    return answer.data;
  }

  async function queried(expr: string): Promise<readonly unknown[]> {
    return (await get<{ readonly result: readonly unknown[] }>(`query?query=${encodeURIComponent(expr)}`))
      .result;
  }

  async function evaluated() {
    const { groups } = await get<{
      readonly groups: readonly {
        readonly rules: readonly {
          readonly name: string;
          readonly health: string;
          readonly state: string;
          readonly lastError?: string;
        }[];
      }[];
    }>('rules');
    return groups.flatMap((group) => group.rules);
  }

  it('evaluates every rule without a fault, and nothing is wrong with a service that is well', async () => {
    const all = await evaluated();
    expect(all.map(({ name }) => name).toSorted()).toEqual(rules.map(({ alert }) => alert).toSorted());
    expect(all.filter(({ health }) => health !== 'ok')).toEqual([]);
    expect(all.filter(({ state }) => state === 'firing').map(({ name }) => name)).toEqual([]);
  });

  it('answers what the dashboards ask', async () => {
    for (const expr of drawn) await expect(queried(expr), expr).resolves.toBeInstanceOf(Array);
    const without = [];
    for (const name of ['pinward_hsm_ready', 'pinward_pin_outcomes_total', 'pinward_keys_due'])
      if ((await queried(name)).length === 0) without.push(name);
    expect(without).toEqual([]);
  });
});
