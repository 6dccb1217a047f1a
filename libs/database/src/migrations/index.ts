import { PinOperations1795435200000 } from './1795435200000-pin-operations.js';
import { ApiClients1795608000000 } from './1795608000000-api-clients.js';
import { UnlockApprovals1795651200000 } from './1795651200000-unlock-approvals.js';
import { OneTimePasswords1795737600000 } from './1795737600000-one-time-passwords.js';
import { CardVault1795741200000 } from './1795741200000-card-vault.js';
import { AuditTree1795744800000 } from './1795744800000-audit-tree.js';
import { Webhooks1795748400000 } from './1795748400000-webhooks.js';
import { KeyHolders1795752000000 } from './1795752000000-key-holders.js';
import { DeploymentPolicy1795755600000 } from './1795755600000-deployment-policy.js';
import { SchemaFunctions1795838400000 } from './1795838400000-schema-functions.js';
import { CardDataUncompared1795852800000 } from './1795852800000-card-data-uncompared.js';
import { Persons1795863600000 } from './1795863600000-persons.js';
import { Approvals1795867200000 } from './1795867200000-approvals.js';
import { WebhookCodes1795874400000 } from './1795874400000-webhook-codes.js';
import { AttestedVerdicts1795885200000 } from './1795885200000-attested-verdicts.js';
import { ClientSecretDigests1795917600000 } from './1795917600000-client-secret-digests.js';
import { ClientsOfTenants1795921200000 } from './1795921200000-clients-of-tenants.js';
import { WebhookRotations1795932000000 } from './1795932000000-webhook-rotations.js';
import { KeyAbandonments1796007600000 } from './1796007600000-key-abandonments.js';
import { TrailStreams1796018400000 } from './1796018400000-trail-streams.js';
import { PoliciesAndBrakes1796040000000 } from './1796040000000-policies-and-brakes.js';
import { SealingKeyIvs1796050800000 } from './1796050800000-sealing-key-ivs.js';
import { ReplicaReports1796110000000 } from './1796110000000-replica-reports.js';
import { Incidents1796201000000 } from './1796201000000-incidents.js';
import { FirstPinOtp1796203000000 } from './1796203000000-first-pin-otp.js';
import { ChipCommands1796203100000 } from './1796203100000-chip-commands.js';
import { CardImports1796200000000 } from './1796200000000-card-imports.js';
import { ClientKeys1796205000000 } from './1796205000000-client-keys.js';
import { Alarms1796253000000 } from './1796253000000-alarms.js';
import { ConsoleSessions1796290000000 } from './1796290000000-console-sessions.js';
import { Overview1796302000000 } from './1796302000000-overview.js';
import { ClientChange1796304000000 } from './1796304000000-client-change.js';
import { ProviderLogout1796305000000 } from './1796305000000-provider-logout.js';
import { CardsByLastFour1796306000000 } from './1796306000000-cards-by-last-four.js';

/** Oldest first. */
export const MIGRATIONS = [
  PinOperations1795435200000,
  ApiClients1795608000000,
  UnlockApprovals1795651200000,
  OneTimePasswords1795737600000,
  CardVault1795741200000,
  AuditTree1795744800000,
  Webhooks1795748400000,
  KeyHolders1795752000000,
  DeploymentPolicy1795755600000,
  SchemaFunctions1795838400000,
  CardDataUncompared1795852800000,
  Persons1795863600000,
  Approvals1795867200000,
  WebhookCodes1795874400000,
  AttestedVerdicts1795885200000,
  ClientSecretDigests1795917600000,
  ClientsOfTenants1795921200000,
  WebhookRotations1795932000000,
  KeyAbandonments1796007600000,
  TrailStreams1796018400000,
  PoliciesAndBrakes1796040000000,
  SealingKeyIvs1796050800000,
  ReplicaReports1796110000000,
  CardImports1796200000000,
  Incidents1796201000000,
  FirstPinOtp1796203000000,
  ChipCommands1796203100000,
  ClientKeys1796205000000,
  Alarms1796253000000,
  ConsoleSessions1796290000000,
  Overview1796302000000,
  ClientChange1796304000000,
  ProviderLogout1796305000000,
  CardsByLastFour1796306000000,
];
