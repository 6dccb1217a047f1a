import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ExposedSecretFile, readSecretFile } from '#libs/secret-text';

/** Certificate, key or authorities cannot be used; the message names setting and file, and says what is wrong. */
export class UnfitCertificate extends Error {
  override readonly name = 'UnfitCertificate';
}

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'is missing',
  EACCES: 'cannot be read by this user',
  EISDIR: 'is a directory',
};

/** @param setting TLS_KEY_FILE is a secret, the others are public. @throws UnfitCertificate */
export function readTlsFile(setting: string, file: string): Buffer {
  try {
    return setting === 'TLS_KEY_FILE' ? readSecretFile(file) : readFileSync(file);
  } catch (cause) {
    if (cause instanceof ExposedSecretFile)
      throw new UnfitCertificate(`${setting}: ${file} ${cause.message}`, { cause });
    const code =
      cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
    throw new UnfitCertificate(`${setting}: ${file} ${WORDS[code] ?? `cannot be read (${code})`}`, { cause });
  }
}

/**
 * TLS accepts a certificate with a key of another kind silently, and then fails every handshake.
 *
 * @returns the first certificate, which is the server's
 * @throws UnfitCertificate
 */
export function checkPair(certificateBytes: Buffer, keyBytes: Buffer): X509Certificate {
  const certificate = parsed(
    'TLS_CERT_FILE holds no certificate in PEM',
    () => new X509Certificate(certificateBytes),
  );
  const key: KeyObject = parsed('TLS_KEY_FILE holds no private key in PEM, or one with a passphrase', () =>
    createPrivateKey(keyBytes),
  );
  if (!certificate.checkPrivateKey(key)) {
    const kinds = [certificate.publicKey.asymmetricKeyType, key.asymmetricKeyType].map(
      (kind) => kind ?? 'unknown',
    );
    throw new UnfitCertificate(
      `the key of TLS_KEY_FILE (${kinds[1]}) is not the one of the certificate of TLS_CERT_FILE (${kinds[0]})`,
    );
  }
  return certificate;
}

function parsed<T>(words: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    throw new UnfitCertificate(words, { cause });
  }
}
