import { hostname } from 'node:os';
import { connect, type TLSSocket } from 'node:tls';
import { OUTBOUND } from '#libs/tls-policy';
import type { TrailSink } from './records.js';

const TIMEOUT_MS = 10_000;
/** Facility 13 (log audit), severity 6 (informational): RFC 5424, section 6.2.1. */
const PRIORITY = 13 * 8 + 6;
/** Marks a message as UTF-8 (RFC 5424, section 6.4). */
const BYTE_ORDER_MARK = '\ufeff';

export interface SyslogSinkSettings {
  readonly host: string;
  readonly port: number;
  /** Certificate authorities in addition to the system's, PEM. */
  readonly ca: string | undefined;
  readonly now: () => Date;
}

/**
 * Syslog (RFC 5424) over TLS (RFC 5425). Syslog has no acknowledgement, so each set has its own connection. When the
 * collector closes its side after ours, it has read everything.
 */
export class SyslogSink implements TrailSink {
  readonly kind = 'syslog';
  readonly name: string;

  constructor(private readonly settings: SyslogSinkSettings) {
    this.name = `syslog ${settings.host}:${settings.port}`;
  }

  async reached(): Promise<null> {
    return Promise.resolve(null);
  }

  async send(records: readonly string[]): Promise<void> {
    const frames = records.map((record) => this.frame(record)).join('');
    const { host, port, ca } = this.settings;
    await new Promise<void>((resolve, reject) => {
      const socket: TLSSocket = connect({
        host,
        port,
        ...OUTBOUND,
        ...(ca === undefined ? {} : { ca }),
      });
      socket.setTimeout(TIMEOUT_MS, () =>
        socket.destroy(new Error('the collector does not take the stream')),
      );
      // We ignore what it sends, but only reading shows the end. If its end comes before ours, it has not read
      // everything.
      let isRead = false;
      socket.resume();
      socket.once('secureConnect', () => socket.end(frames));
      socket.once('end', () => (isRead = socket.writableFinished));
      socket.once('error', reject);
      socket.once('close', () =>
        isRead ? resolve() : reject(new Error('the collector hung up before it had read to the end')),
      );
    });
  }

  /** Octet counting: RFC 5425, section 4.3. */
  private frame(record: string): string {
    const kind = record.startsWith('{"checkpoint":') ? 'checkpoint' : 'line';
    const header = `<${PRIORITY}>1 ${this.settings.now().toISOString()} ${hostname()} pinward ${process.pid} ${kind} -`;
    const message = `${header} ${BYTE_ORDER_MARK}${record}`;
    return `${Buffer.byteLength(message)} ${message}`;
  }
}
