import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { LookupAddress } from 'node:dns';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PublicAddresses } from '#libs/outbound-https';
import { send } from '../../libs/webhooks/src/receiver/send.js';
import { newCardWithPin } from '../store/store-kit.js';
import { WebhookReceiver } from './receiver.js';
import { WebhookKit } from './webhook-kit.js';

/** Counts connections, on every loopback address of both families. */
let connections = 0;
const canary = createServer((socket) => {
  connections += 1;
  socket.destroy();
});
let port: number;
beforeAll(async () => {
  canary.listen(0, '::');
  await once(canary, 'listening');
  ({ port } = canary.address() as AddressInfo);
});
afterAll(() => canary.close());
afterEach(() => {
  connections = 0;
});

const attempt = async (url: string, resolve?: (name: string) => Promise<readonly LookupAddress[]>) =>
  await send(
    { url, headers: {}, body: '{}' },
    { addresses: new PublicAddresses([], resolve), timeoutMs: 2_000, ca: undefined },
  );

describe('nothing is sent to an address that is not public', () => {
  it('for any way to write one down', async () => {
    const hosts = [
      ...[
        '127.0.0.1',
        '127.1',
        '127.0.1',
        '2130706433',
        '0x7f000001',
        '0x7f.1',
        '0177.0.0.1',
        '017700000001',
      ],
      ...['[::1]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[0:0:0:0:0:0:0:1]', '[::]', '0.0.0.0', '0'],
      ...[
        'localhost',
        'LOCALHOST',
        'localhost.',
        'ip6-localhost',
        '①②⑦.⓪.⓪.①',
        '127。0。0。1',
        '%31%32%37.0.0.1',
      ],
      ...['[64:ff9b::7f00:1]', '[2002:7f00:1::]', '[fe80::1]', '169.254.169.254', '[fd00:ec2::254]'],
    ];
    for (const host of hosts) {
      const outcome = await attempt(`https://${host}:${port}/`);
      expect([host, outcome.kind]).toEqual([host, 'failed']);
    }
    expect(connections).toBe(0);
  });

  it('when a name resolves to one, alone or among others', async () => {
    const answers: LookupAddress[][] = [
      [{ address: '127.0.0.1', family: 4 }],
      [{ address: '::1', family: 6 }],
      [{ address: '::ffff:127.0.0.1', family: 6 }],
      [
        { address: '10.0.0.1', family: 4 },
        { address: '127.0.0.1', family: 4 },
      ],
      [],
    ];
    for (const addresses of answers) {
      const outcome = await attempt(`https://rebind.example:${port}/`, async () => addresses);
      expect(outcome).toEqual({ kind: 'failed', word: 'ADDRESS_NOT_ALLOWED' });
    }
    expect(connections).toBe(0);
  });

  it('when a name is good the first time and another one after that: it is asked once a connection', async () => {
    let asked = 0;
    const outcome = await attempt(`https://rebind.example:${port}/`, async () => {
      asked += 1;
      return asked === 1 ? [{ address: '127.0.0.1', family: 4 }] : [{ address: '1.1.1.1', family: 4 }];
    });
    expect(outcome).toEqual({ kind: 'failed', word: 'ADDRESS_NOT_ALLOWED' });
    expect([asked, connections]).toEqual([1, 0]);
  });

  it('when a receiver redirects there', async () => {
    await using kit = await WebhookKit.open();
    const replica = await kit.replica();
    await kit.subscribe();
    kit.receiver.reply = () => ({ status: 302, headers: { location: `https://127.0.0.1:${port}/` } });
    await newCardWithPin(kit.rig.store);
    await kit.drain(replica);
    expect(kit.receiver.received).toHaveLength(1);
    expect(connections).toBe(0);
  });

  it('also of an endpoint that was registered while the deployment allowed it', async () => {
    await using kit = await WebhookKit.open();
    await kit.subscribe(undefined, `https://127.0.0.1:${port}/`);
    await newCardWithPin(kit.rig.store);
    await kit.drain(await kit.replica(new PublicAddresses()));
    const [delivery] = await kit.rig.owner.query<unknown[]>(
      'SELECT last_outcome AS outcome FROM webhook_deliveries',
    );
    expect(delivery).toEqual({ outcome: 'ADDRESS_NOT_ALLOWED' });
    expect(connections).toBe(0);
  });
});

describe('a receiver', () => {
  it('speaks TLS 1.2 or newer, and is who its certificate says', async () => {
    const addresses = new PublicAddresses(['127.0.0.0/8']);
    await using old = await WebhookReceiver.open({
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    const message = (url: string) => ({ url, headers: {}, body: '{}' });
    const receiver = { addresses, timeoutMs: 2_000, ca: old.ca };
    expect(await send(message(old.url), receiver)).toEqual({
      kind: 'failed',
      word: 'TLS_FAILED',
      cause: 'EPROTO',
    });
    await using stranger = await WebhookReceiver.open({ maxVersion: 'TLSv1.2' });
    expect(await send(message(stranger.url), receiver)).toEqual({
      kind: 'failed',
      word: 'TLS_FAILED',
      cause: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    });
    expect(await send(message(stranger.url), { ...receiver, ca: stranger.ca })).toEqual({
      kind: 'taken',
      word: 'HTTP 204',
    });
    expect(old.received).toEqual([]);
  });

  it('is offered suites with forward secrecy and authenticated encryption alone', async () => {
    const addresses = new PublicAddresses(['127.0.0.0/8']);
    const sentWith = async (ciphers: string) => {
      await using receiver = await WebhookReceiver.open({ maxVersion: 'TLSv1.2', ciphers });
      const message = { url: receiver.url, headers: {}, body: '{}' };
      return (await send(message, { addresses, timeoutMs: 2_000, ca: receiver.ca })).word;
    };
    const suites = (end: string) => `ECDHE-RSA-${end}:ECDHE-ECDSA-${end}`;
    expect(await sentWith(suites('AES128-GCM-SHA256'))).toBe('HTTP 204');
    expect(await sentWith(suites('AES128-SHA256'))).toBe('TLS_FAILED');
  });
});
