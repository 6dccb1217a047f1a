import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import type { Schemas } from '../../api/client.js';
import { WhatWouldBeDone } from './what-would-be-done.js';

type Approval = Schemas['Approval'];

const shown = (more: object): string => {
  const approval = {
    approvalId: 'a7c1',
    status: 'pending',
    requestedBy: 'asha',
    requestedAt: '2026-11-29T12:00:00Z',
    expiresAt: '2026-11-29T13:00:00Z',
    ...more,
  } as Approval;
  return renderToStaticMarkup(createElement(WhatWouldBeDone, { approval }));
};

const UNKNOWN = 'does not know what comes of such a request';

describe('what would be done', () => {
  it('of a kind of a later version is told as the service tells it, with a warning', () => {
    const html = shown({
      kind: 'key-abandon',
      request: {
        keys: ['otp-7', 'secrets-3'],
        reason: 'HSM restored from Sunday’s backup',
        losses: { otp: 12 },
      },
      ceremonyId: 'c-48213',
    });
    expect(html).toContain(UNKNOWN);
    for (const fact of [
      'otp-7',
      'secrets-3',
      'HSM restored from Sunday’s backup',
      '12',
      'ceremony id',
      'c-48213',
    ])
      expect(html).toContain(fact);
  });

  it('of a known kind is told in full, without the warning', () => {
    const html = shown({
      kind: 'client-create',
      request: {
        clientId: 'mobile-backend',
        scopes: ['pin:set'],
        allowedAddresses: [],
        requestsPerMinute: 600,
      },
    });
    expect(html).not.toContain(UNKNOWN);
    for (const fact of ['mobile-backend', 'pin:set', 'allowed addresses', 'none', '600'])
      expect(html).toContain(fact);
  });

  it('has no place for what the page tells elsewhere', () => {
    const html = shown({
      kind: 'policy-change',
      request: { approvals: 2 },
      reason: 'Decision of the risk board',
    });
    expect(html).not.toContain('risk board');
    expect(html).not.toContain('asha');
    expect(html.match(/<dt>/g)).toHaveLength(1);
  });

  it('shows what others have written as text', () => {
    expect(shown({ kind: 'later', request: { note: '<img src=x>\u202E' } })).toContain('&lt;img src=x&gt;');
  });
});
