import { expect, it } from 'vitest';
import { approvalsOf, approvalWarnings } from './approvals.js';
import type { Settings } from './schema.js';

const settings = (given: Partial<Settings>) => given as Settings;

it('APPROVALS goes by its earlier name too, with a warning', () => {
  expect(approvalsOf({ APPROVALS: undefined, UNLOCK_APPROVALS: undefined })).toBeUndefined();
  expect(approvalsOf({ APPROVALS: undefined, UNLOCK_APPROVALS: 2 })).toBe(2);
  expect(approvalsOf({ APPROVALS: 2, UNLOCK_APPROVALS: 2 })).toBe(2);
  expect(approvalWarnings(settings({ UNLOCK_APPROVALS: 2 }), 2)).toEqual([
    expect.stringContaining('is called APPROVALS now'),
  ]);
});

it('production tells that one operator suffices', () => {
  expect(approvalWarnings(settings({ PINWARD_ENV: 'production' }), 1)).toEqual([
    expect.stringContaining('1 approval'),
  ]);
  expect(approvalWarnings(settings({ PINWARD_ENV: 'production' }), 2)).toEqual([]);
  expect(approvalWarnings(settings({ PINWARD_ENV: 'development' }), 1)).toEqual([]);
});
