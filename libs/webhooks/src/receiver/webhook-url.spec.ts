import { describe, expect, it } from 'vitest';
import { PublicAddresses } from '#libs/outbound-https';
import { urlFault } from './webhook-url.js';

const addresses = new PublicAddresses();

describe('a webhook URL', () => {
  it.each(['https://receiver.example/events', 'https://receiver.example:8443/a?b=c', 'https://1.1.1.1/'])(
    'may be %s',
    (url) => {
      expect(urlFault(url, { addresses, ports: null })).toBeNull();
    },
  );

  it.each([
    ['', 'URL'],
    ['receiver.example', 'URL'],
    ['http://receiver.example/', 'https'],
    ['ftp://receiver.example/', 'https'],
    ['https://user:secret@receiver.example/', 'credentials'],
    ['https://receiver.example/#part', 'fragment'],
    ['https://receiver.example/4000001234567899', 'card number'],
    ['https://127.0.0.1/', 'private'],
    ['https://127.1/', 'private'],
    ['https://2130706433/', 'private'],
    ['https://0x7f000001/', 'private'],
    ['https://0177.0.0.1/', 'private'],
    ['https://[::1]/', 'private'],
    ['https://[::ffff:127.0.0.1]/', 'private'],
    ['https://[::ffff:7f00:1]/', 'private'],
    ['https://①②⑦.0.0.1/', 'private'],
    ['https://169.254.169.254/latest/meta-data', 'private'],
    [`https://receiver.example/${'x'.repeat(2_100)}`, 'longer'],
  ])('must not be %s', (url, word) => {
    expect(urlFault(url, { addresses, ports: null })).toContain(word);
  });
});
