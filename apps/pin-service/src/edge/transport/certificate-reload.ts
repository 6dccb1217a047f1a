import { statSync } from 'node:fs';
import type { TlsOptions } from 'node:tls';
import { Logger } from '@nestjs/common';
import { tlsOptions, type TlsSettings } from './tls-options.js';

/** A server that new connections will see the certificate of. */
interface TakesCertificates {
  useCertificates(tls: TlsOptions): void;
}

/**
 * Takes new certificates into use when their files change; connections that exist go on. Files are looked at by time
 * and inode, so that a renamed file and a switched symbolic link (as Kubernetes does it) are seen alike.
 */
export class CertificateReload {
  private readonly logger = new Logger(CertificateReload.name);
  private seen: string;

  constructor(
    private readonly settings: TlsSettings,
    private readonly servers: readonly TakesCertificates[],
  ) {
    this.seen = this.state();
  }

  /** Called now and then. A pair that does not fit leaves the old one in use. */
  check(): void {
    const state = this.state();
    if (state === this.seen) return;
    this.seen = state;
    try {
      // All of it: a context made of the certificates alone would fall back to Node's default versions and ciphers.
      const fresh = tlsOptions(this.settings);
      // Throws, and changes nothing, when certificate and key do not belong together.
      for (const server of this.servers) server.useCertificates(fresh);
      this.logger.log('the TLS certificate was loaded anew');
    } catch (fault) {
      const reason = (fault as NodeJS.ErrnoException).code ?? 'unreadable';
      this.logger.error(`the new TLS certificate cannot be used (${reason}); the old one stays in use`);
    }
  }

  private state(): string {
    const { TLS_CERT_FILE, TLS_KEY_FILE, TLS_CLIENT_CA_FILE } = this.settings;
    return [TLS_CERT_FILE, TLS_KEY_FILE, TLS_CLIENT_CA_FILE].map(fileState).join(' ');
  }
}

function fileState(file: string | undefined): string {
  const stats = file === undefined ? undefined : statSync(file, { throwIfNoEntry: false });
  return stats === undefined ? '-' : `${stats.ino}:${stats.mtimeMs}:${stats.size}`;
}
