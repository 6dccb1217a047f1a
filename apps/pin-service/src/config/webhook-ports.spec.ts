import { expect, it } from 'vitest';
import { webhookPorts } from './webhook-ports.js';

it('are 443 alone in production, any elsewhere, and those listed everywhere', () => {
  expect(webhookPorts({ PINWARD_ENV: 'production' })).toEqual([443]);
  expect(webhookPorts({ PINWARD_ENV: 'development' })).toBeNull();
  expect(webhookPorts({ PINWARD_ENV: 'production', WEBHOOK_PORTS: ['8443', '443'] })).toEqual([8443, 443]);
});
