import { readFileSync } from 'node:fs';
import type { DataSource } from 'typeorm';
import { CARD_APP_SCOPES, ClientRegistry, DEVELOPMENT_CLIENT_PREFIX, OPERATOR_SCOPES, type Scope } from '#libs/api-clients';
import { writePrivateFile } from './private-file.js';

/** A client as var/dev.json names it. */
export interface DevelopmentClient {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes: readonly Scope[];
}

interface Wanted {
  readonly clientId: string;
  readonly scopes: readonly Scope[];
  readonly person: string | null;
}

const TENANT = 'default';

/** Who calls the development service: a card app, and two operators, since some steps take two persons. */
const WANTED: readonly Wanted[] = [
  { clientId: `${DEVELOPMENT_CLIENT_PREFIX}card-app`, scopes: CARD_APP_SCOPES, person: null },
  ...['operator-1', 'operator-2'].map((person) => ({
    clientId: `${DEVELOPMENT_CLIENT_PREFIX}${person}`,
    scopes: OPERATOR_SCOPES,
    person,
  })),
];
