import { createSecureContext, type Server } from 'node:tls';
import { statSync } from 'node:fs';
import { Logger } from '@nestjs/common';
import type { Settings } from '../../config/schema.js';
import { readCertificates } from './tls-options.js';

/**
 * Takes new certificates into use when their files change; connections that exist go on. Files are looked at by time
 * and inode, so that a renamed file and a switched symbolic link (as Kubernetes does it) are seen alike.
 */
export class CertificateReload {
  private readonly logger = new Logger(CertificateReload.name);
  private seen: string;

  constructor(
    private readonly settings: Settings,
    private readonly servers: readonly Pick<Server, 'setSecureContext'>[],
  ) {
    this.seen = this.state();
  }

  /** Called now and then. A pair that does not fit leaves the old one in use. */
  check(): void {
    const state = this.state();
    if (state === this.seen) return;
    this.seen = state;
    try {
      const fresh = readCertificates(this.settings);
      // Throws when certificate and key do not belong together, before any server has seen them.
      createSecureContext(fresh);
      for (const server of this.servers) server.setSecureContext(fresh);
      this.logger.log('the TLS certificate was loaded anew');
    } catch {
      this.logger.error('the new TLS certificate cannot be used; the old one stays in use');
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
