import { body, operation, outcome } from '../backend/calls/operation.js';
import type {
  ApiClient,
  ApiClientWithSecret,
  ClientMethod,
  CreatedApiClient,
  NewClientKeys,
  Scope,
} from '../backend/contract/api-clients.js';
import type { ForApproval } from '../backend/contract/webhook-endpoints.js';
import type { Because } from './cards.js';
import type { ApprovalRequested, Page, PageOf } from '../backend/contract/lists.js';

export interface CreateClient extends ForApproval {
  /** 3 to 64 of a-z, 0-9 and "-". */
  readonly clientId: string;
  /** Of card apps or of operators, never both. */
  readonly scopes: readonly Scope[];
  /** Required for operators: a registered person. */
  readonly person?: string;
  /** In CIDR notation; required in production. */
  readonly allowedAddresses?: readonly string[];
  readonly requestsPerMinute?: number;
  /** In place of a secret. */
  readonly keys?: NewClientKeys;
}

/** What is absent stays as it is. */
export interface ChangeClient extends Because {
  readonly scopes?: readonly Scope[];
  /** In CIDR notation; from anywhere when it is empty, which production refuses. */
  readonly allowedAddresses?: readonly string[];
  /** Null: the service's own limit. */
  readonly requestsPerMinute?: number | null;
}

export interface RotateClientKeys extends NewClientKeys, ForApproval {}

/** A human, whom the audit trail names. Times are RFC 3339 in UTC. */
export interface Person {
  readonly name: string;
  /** Whether the person counts where two are needed. */
  readonly mayDecide: boolean;
  readonly flaw?: string | undefined;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly revokedBy?: string | undefined;
  readonly revokedAt?: string | undefined;
}

/** What a tenant asks of its clients. */
export interface Demand {
  readonly methods: readonly ClientMethod[];
  /** Whether each token must be bound to a key or a certificate. */
  readonly senderConstrained: boolean;
}

export interface ChangeClientDemands extends Demand, Because {
  /** From when on; now unless given. */
  readonly validFrom?: string;
}

export interface ClientDemand extends Demand {
  readonly demandNo: number;
  readonly validFrom: string;
  readonly setBy: string;
  readonly setThrough: string;
  readonly reason: string;
  readonly setAt: string;
}

export interface ClientDemands extends Demand {
  /** Newest first, also what has not begun. */
  readonly history: readonly ClientDemand[];
}

export interface Named {
  readonly name: string;
}

export const API_CLIENT_OPERATIONS = {
  /** @throws PinwardError CLIENT_ID_IN_USE, SCOPE_NOT_GRANTABLE, PERSON_NOT_FOUND */
  createClient: operation<CreateClient>()('POST /v1/admin/clients', {
    answers: {
      201: outcome('CREATED', body<CreatedApiClient>),
      202: outcome('APPROVAL_REQUESTED', body<ApprovalRequested>),
    },
  }),
  /** Revoked ones included. */
  listClients: operation<PageOf>()('GET /v1/admin/clients', { answers: { 200: body<Page<ApiClient>> } }),
  /** @throws PinwardError CLIENT_NOT_FOUND */
  readClient: operation()('GET /v1/admin/clients/{clientId}', { answers: { 200: body<ApiClient> } }),
  /**
   * Changes what is agreed with a client. What gives it more may take a second person; what only takes away is done.
   *
   * @throws PinwardError CLIENT_NOT_FOUND also for a revoked one, SCOPE_NOT_GRANTABLE, SAME_OPERATOR
   */
  changeClient: operation<ChangeClient>()('POST /v1/admin/clients/{clientId}/change', {
    answers: {
      200: outcome('CHANGED', body<ApiClient>),
      202: outcome('APPROVAL_REQUESTED', body<ApprovalRequested>),
    },
  }),
  /** Ends a client for good. */
  revokeClient: operation()('DELETE /v1/admin/clients/{clientId}', { answers: { 200: body<ApiClient> } }),
  /** Gives it another secret. A repetition is refused: REQUEST_NOT_REPLAYABLE. */
  rotateClientSecret: operation<ForApproval>()('POST /v1/admin/clients/{clientId}/rotate-secret', {
    answers: {
      201: outcome('ROTATED', body<ApiClientWithSecret>),
      202: outcome('APPROVAL_REQUESTED', body<ApprovalRequested>),
    },
  }),
  /** Registers its keys or certificates, the first or others; those before work until the overlap ends. */
  rotateClientKeys: operation<RotateClientKeys>()('POST /v1/admin/clients/{clientId}/rotate-keys', {
    answers: {
      200: outcome('ROTATED', body<ApiClient>),
      202: outcome('APPROVAL_REQUESTED', body<ApprovalRequested>),
    },
  }),
  /** Ends its secrets, keys or certificates at once. @throws PinwardError CREDENTIAL_NOT_HELD, LAST_CREDENTIAL */
  withdrawClientMethod: operation<{ readonly method: ClientMethod }>()(
    'POST /v1/admin/clients/{clientId}/withdraw',
    { answers: { 200: body<ApiClient> } },
  ),
  readClientDemands: operation()('GET /v1/admin/client-demands', {
    answers: { 200: body<ClientDemands> },
  }),
  /** @throws PinwardError REQUEST_INVALID where the own client does not meet it */
  changeClientDemands: operation<ChangeClientDemands>()('POST /v1/admin/client-demands', {
    answers: {
      200: outcome('CHANGED', body<ClientDemand>),
      202: outcome('APPROVAL_REQUESTED', body<ApprovalRequested>),
    },
  }),
  /** @throws PinwardError PERSON_IN_USE for a name that looks like one that was given */
  registerPerson: operation<Named>()('POST /v1/admin/persons', { answers: { 201: body<Person> } }),
  /** All of them: there is one page. */
  listPersons: operation()('GET /v1/admin/persons', { answers: { 200: body<Page<Person>> } }),
  /** Revoke the person's clients too. @throws PinwardError PERSON_NOT_FOUND */
  revokePerson: operation<Named>()('POST /v1/admin/persons/revoke', { answers: { 200: body<Person> } }),
};
