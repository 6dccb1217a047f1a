import { clientOf, type ClassOf } from '../backend/calls/client.js';
import { OWN_OPERATIONS } from '../backend/contract/api-clients.js';
import { WEBHOOK_OPERATIONS } from '../backend/contract/webhook-endpoints.js';
import { ALARM_OPERATIONS } from './alarms.js';
import { API_CLIENT_OPERATIONS } from './api-clients.js';
import { APPROVAL_OPERATIONS } from './approvals.js';
import { AUDIT_OPERATIONS } from './audit.js';
import { OPERATOR_CARD_OPERATIONS } from './cards.js';
import { INCIDENT_OPERATIONS } from './incidents.js';
import { KEY_OPERATIONS } from './keys.js';
import { OVERVIEW_OPERATIONS } from './overview.js';
import { POLICY_OPERATIONS } from './policy.js';

export type OperatorOperations = typeof OPERATOR_CARD_OPERATIONS &
  typeof APPROVAL_OPERATIONS &
  typeof API_CLIENT_OPERATIONS &
  typeof POLICY_OPERATIONS &
  typeof INCIDENT_OPERATIONS &
  typeof ALARM_OPERATIONS &
  typeof KEY_OPERATIONS &
  typeof OVERVIEW_OPERATIONS &
  typeof AUDIT_OPERATIONS &
  typeof WEBHOOK_OPERATIONS &
  typeof OWN_OPERATIONS;

/** What operators call, by the names of the methods. */
export const OPERATOR_OPERATIONS: OperatorOperations = {
  ...OPERATOR_CARD_OPERATIONS,
  ...APPROVAL_OPERATIONS,
  ...API_CLIENT_OPERATIONS,
  ...POLICY_OPERATIONS,
  ...INCIDENT_OPERATIONS,
  ...ALARM_OPERATIONS,
  ...KEY_OPERATIONS,
  ...OVERVIEW_OPERATIONS,
  ...AUDIT_OPERATIONS,
  ...WEBHOOK_OPERATIONS,
  ...OWN_OPERATIONS,
};

const Base: ClassOf<OperatorOperations> = clientOf(OPERATOR_OPERATIONS);

/**
 * The calls of operators, one method each, on the operators' listener. What waits for a second person is a result with the
 * outcome `APPROVAL_REQUESTED`; all else is as PinwardClient has it.
 */
export class PinwardOperations extends Base {}
