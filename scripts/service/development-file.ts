import { readFileSync } from 'node:fs';
import { Explained } from '../bootstrap/terminal.mjs';

/** A client of the development service; with its secret it gets access tokens with its scopes. */
export interface DevelopmentClient {
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly clientSecret: string;
}

/** The part of var/dev.json for callers over HTTP. */
export interface DevelopmentService {
  readonly baseUrl: string;
  /** PEM of the certificate to trust. */
  readonly ca: string;
  readonly clients: readonly DevelopmentClient[];
  /** Thumbprints of the keys that sign the service's key set. */
  readonly manifestPins: readonly string[];
}

/** @throws Explained when no service has left the file */
export function readDevelopmentService(file: string): DevelopmentService {
  try {
    const { baseUrl, caFile, clients, manifestPins } = JSON.parse(readFileSync(file, 'utf8')) as {
      readonly baseUrl: string;
      readonly caFile: string;
      readonly clients: readonly DevelopmentClient[];
      readonly manifestPins: readonly string[];
    };
    return { baseUrl, ca: readFileSync(caFile, 'utf8'), clients, manifestPins };
  } catch (cause) {
    throw new Explained(`No running service found: ${file} cannot be used.\nStart one with: npm start`, {
      cause,
    });
  }
}

/** @throws Explained when no client holds all the scopes */
export function clientWith(service: DevelopmentService, ...scopes: readonly string[]): DevelopmentClient {
  const client = service.clients.find((candidate) =>
    scopes.every((scope) => candidate.scopes.includes(scope)),
  );
  if (client === undefined)
    throw new Explained(`No development client holds the scopes ${scopes.join(' ')}.`);
  return client;
}
