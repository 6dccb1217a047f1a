import { statSync } from 'node:fs';
import type { TlsOptions } from 'node:tls';
import { X509Certificate } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { UnfitCertificate } from './certificate-pair.js';
import { isValidAt, millisecondsLeft, validityWarning } from './certificate-validity.js';
import { tlsOptions, type TlsSettings } from './tls-options.js';

/** Interval between warnings about a certificate that ends or has ended. */
const TOLD_AGAIN_MS = 3_600_000;

/** A server that shows its certificate to new connections. */
interface TakesCertificates {
  useCertificates(tls: TlsOptions): void;
}

/**
 * Takes new certificates into use when their files change; open connections go on. It compares times and inode, so it
 * notices a renamed file and a switched symbolic link (as in Kubernetes) alike.
 */
export class CertificateReload {
  private readonly logger = new Logger(CertificateReload.name);
  private seen: string;
  private used: X509Certificate;
  private toldAt = -Infinity;

  /** @throws UnfitCertificate */
  constructor(
    private readonly settings: TlsSettings,
    private readonly servers: readonly TakesCertificates[],
    private readonly now: () => Date = () => new Date(),
  ) {
    this.seen = this.state();
    this.used = certificateOf(tlsOptions(settings));
    this.tellValidity();
  }

  /** For the certificate in use; negative once it has expired. */
  get secondsLeft(): number {
    return millisecondsLeft(this.used, this.now()) / 1_000;
  }

  /** Of the certificate in use. */
  get end(): Date {
    return new Date(Date.parse(this.used.validTo));
  }

  /** Called at intervals. The old pair stays in use if the new one does not fit, or is not valid now. */
  check(): void {
    this.tellValidity();
    const state = this.state();
    if (state === this.seen) return;
    this.seen = state;
    try {
      // All of it: a context made only of certificates would fall back to Node's default versions and ciphers.
      const fresh = tlsOptions(this.settings);
      const certificate = certificateOf(fresh);
      this.refuseWorse(certificate);
      for (const server of this.servers) server.useCertificates(fresh);
      this.used = certificate;
      this.toldAt = -Infinity;
      this.logger.log('the TLS certificate was loaded anew');
      this.tellValidity();
    } catch (fault) {
      const reason =
        fault instanceof UnfitCertificate
          ? fault.message
          : ((fault as NodeJS.ErrnoException).code ?? 'unreadable');
      this.logger.error(`the new TLS certificate cannot be used (${reason}); the old one stays in use`);
    }
  }

  private refuseWorse(fresh: X509Certificate): void {
    const now = this.now();
    if (isValidAt(fresh, now) || !isValidAt(this.used, now)) return;
    throw new UnfitCertificate(`TLS_CERT_FILE ${validityWarning(fresh, now) ?? ''}`);
  }

  private tellValidity(): void {
    const now = this.now();
    const warning = validityWarning(this.used, now);
    if (warning === null || now.getTime() - this.toldAt < TOLD_AGAIN_MS) return;
    this.toldAt = now.getTime();
    this.logger.warn(`the certificate of TLS_CERT_FILE ${warning}`);
  }

  private state(): string {
    const { TLS_CERT_FILE, TLS_KEY_FILE, TLS_CLIENT_CA_FILE } = this.settings;
    return [TLS_CERT_FILE, TLS_KEY_FILE, TLS_CLIENT_CA_FILE].map(fileState).join(' ');
  }
}

function certificateOf({ cert }: TlsOptions): X509Certificate {
  if (!Buffer.isBuffer(cert)) throw new Error('a certificate was read as something else');
  return new X509Certificate(cert);
}

function fileState(file: string | undefined): string {
  const stats = file === undefined ? undefined : statSync(file, { throwIfNoEntry: false });
  return stats === undefined ? '-' : `${stats.ino}:${stats.mtimeMs}:${stats.ctimeMs}:${stats.size}`;
}
