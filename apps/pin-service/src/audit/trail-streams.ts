import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { FileSink, HttpsSink, StreamTrail, SyslogSink, type TrailSink } from '#libs/audit';
import type { Settings } from '../config/schema.js';
import { LastingFault } from '../logging/lasting-fault.js';
import type { Metrics } from '../metrics/metrics.js';

/** The checkpoint of a sealing waits at most so long for the receivers of its lines. */
const PATIENCE_MS = 3_000;

interface Lane {
  readonly stream: StreamTrail;
  readonly fault: LastingFault;
}

export interface StreamState {
  readonly receiver: string;
  readonly lagLines: number;
  readonly lagSeconds: number;
  /** Class and code of the fault that stops it; null when there is none. */
  readonly cause: string | null;
}

/** Sends the sealed trail to every receiver; one that is away holds up no other. */
export class TrailStreams {
  readonly #lanes: readonly Lane[];

  constructor(dataSource: DataSource, sinks: readonly TrailSink[]) {
    const logger = new Logger(TrailStreams.name);
    this.#lanes = sinks.map((sink) => ({
      stream: new StreamTrail({ dataSource, sink, now: Date.now }),
      fault: new LastingFault(
        logger,
        `the audit trail could not be streamed (${sink.kind}); it is sent again soon, from where it was taken last`,
      ),
    }));
  }

  static of(settings: Settings, dataSource: DataSource): TrailStreams {
    return new TrailStreams(dataSource, sinksOf(settings));
  }

  get states(): readonly StreamState[] {
    return this.#lanes.map(({ stream, fault }) => {
      const { kind: receiver, lagLines, lagSeconds } = stream;
      return { receiver, lagLines, lagSeconds: Math.round(lagSeconds), cause: fault.cause };
    });
  }

  measure(metrics: Metrics): void {
    if (this.#lanes.length === 0) return;
    const values = (value: (stream: StreamTrail) => number) => () =>
      new Map(this.#lanes.map(({ stream }) => [stream.kind, value(stream)]));
    metrics.gauges(
      ...([
        'pinward_audit_stream_lag_lines',
        'Sealed lines that the receiver has not taken',
        'receiver',
      ] as const),
      values(({ lagLines }) => lagLines),
    );
    metrics.gauges(
      ...([
        'pinward_audit_stream_lag_seconds',
        'For how long the receiver has been behind',
        'receiver',
      ] as const),
      values(({ lagSeconds }) => lagSeconds),
    );
  }

  /**
   * Returns when every receiver has the sealed lines or cannot take them now, or after some seconds; then the sending
   * goes on by itself.
   */
  async execute(): Promise<void> {
    const all = Promise.all(this.#lanes.map((lane) => this.run(lane)));
    const enough = new AbortController();
    await Promise.race([all, delay(PATIENCE_MS, undefined, { signal: enough.signal })]);
    // The caller no longer waits for it, so its end is no fault.
    enough.abort();
  }

  private async run(lane: Lane): Promise<void> {
    await lane.fault.alone(() => lane.stream.execute());
  }
}

function sinksOf(settings: Settings): TrailSink[] {
  const { AUDIT_STREAM_FILE: file, AUDIT_STREAM_SYSLOG_URL: syslog, AUDIT_STREAM_URL: url } = settings;
  const caFile = settings.AUDIT_STREAM_CA_FILE;
  const ca = caFile === undefined ? undefined : readFileSync(caFile, 'utf8');
  const sinks: TrailSink[] = [];
  if (file !== undefined) sinks.push(new FileSink(file));
  if (syslog !== undefined) {
    const { hostname, port } = new URL(syslog);
    sinks.push(
      new SyslogSink({
        host: hostname.replace(/^\[|\]$/g, ''),
        port: Number(port),
        ca,
        now: () => new Date(),
      }),
    );
  }
  if (url !== undefined) sinks.push(new HttpsSink({ url, token: settings.AUDIT_STREAM_TOKEN, ca }));
  return sinks;
}
