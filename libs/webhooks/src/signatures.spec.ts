import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { verifyWebhook } from '#libs/client/webhooks';
import { SecretText } from '#libs/secret-text';
import { signedHeaders } from './signatures.js';
import { guideReceiverAccepts } from '../../../test/webhooks/guide-receiver.js';

const secretOf = () => new SecretText(`whsec_${randomBytes(32).toString('base64')}`);
const [newest, replaced] = [secretOf(), secretOf()];
const event = {
  type: 'pin.set',
  timestamp: '2026-03-01T12:00:00.000Z',
  tenant: 'default',
  data: { cardRef: 'Zoë "1"' },
};
const body = JSON.stringify(event);
const guideHeader = 'X-M2P-Signature';
const headersFor = (attempt = 0, secrets = [newest]) =>
  signedHeaders({ id: 'msg-1', at: new Date(), body, secrets, attempt, guideHeader });

describe('the headers of an event', () => {
  it('satisfy a receiver of Standard Webhooks', async () => {
    const received = { body, headers: headersFor() };
    expect(await verifyWebhook(received, { secret: newest.reveal() })).toEqual({ id: 'msg-1', ...event });
    expect(new Webhook(newest.reveal()).verify(body, received.headers)).toEqual(event);
  });

  it("satisfy the guide's sample receiver, unmodified", () => {
    const signature = headersFor()[guideHeader] ?? '';
    expect(guideReceiverAccepts(JSON.parse(body), signature, newest.reveal())).toBe(true);
    expect(guideReceiverAccepts({ ...event, type: 'pin.reset' }, signature, newest.reveal())).toBe(false);
  });

  it('are signed with both secrets during an overlap', async () => {
    const headers = headersFor(0, [newest, replaced]);
    for (const secret of [newest, replaced])
      expect(await verifyWebhook({ body, headers }, { secret: secret.reveal() })).toMatchObject(event);
  });

  it("satisfy the guide's receiver with either secret within two attempts during an overlap", () => {
    for (const secret of [newest, replaced]) {
      const accepted = [0, 1, 2, 3].map((attempt) =>
        guideReceiverAccepts(
          event,
          headersFor(attempt, [newest, replaced])[guideHeader] ?? '',
          secret.reveal(),
        ),
      );
      expect(accepted.slice(0, 2)).toContain(true);
      expect(accepted.slice(2)).toEqual(accepted.slice(0, 2));
    }
  });

  it('are refused without a secret', () => {
    expect(() => headersFor(0, [])).toThrow(/no secret/);
  });
});
