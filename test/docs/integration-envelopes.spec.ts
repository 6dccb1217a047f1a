import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkEnvelope, publishedTestKeys } from '#libs/client/check-envelope';
import { TestIdentity } from '../rigs/test-identity.js';
import { HAS_JDK, HAS_SHELL_TOOLS, PYTHON, runProgram } from './integration-programs.js';

// What the programs encrypt is opened here. The service cannot, since it refuses the test key: so they meet a server that
// publishes it, gives them a card and keeps what they send. With SHA-256; the service's key of the other test has SHA-1.

const CARD = { cardId: '3f2504e0-4f89-41d3-9a0c-0305e82c3301', pinAccount: '987654321098' };
const PIN_PATH = `/v1/cards/${CARD.cardId}/pin`;
/** All of them set this one. */
const PIN = '4071';

const ANSWERS: Readonly<Record<string, object>> = {
  '/v1/oauth/token': { access_token: 'of-the-test', token_type: 'Bearer', expires_in: 900 },
  '/v1/pin-keys': { keys: publishedTestKeys().filter(({ alg }) => alg === 'RSA-OAEP-256') },
  '/v1/cards': { ...CARD, cardRef: 'of-the-test' },
};

let identity: TestIdentity;
let server: Server;
let received: { readonly path: string; readonly body: string }[] = [];

beforeAll(async () => {
  identity = await TestIdentity.make();
  server = createServer({ cert: identity.certificate, key: readFileSync(identity.keyFile) });
  server.on('request', (request, response) => {
    const { url: path = '' } = request;
    void buffer(request).then((body) => {
      received.push({ path, body: body.toString('utf8') });
      response.setHeader('Content-Type', 'application/json').end(JSON.stringify(ANSWERS[path] ?? {}));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
  identity[Symbol.dispose]();
});

const PROGRAMS: readonly (readonly [string, boolean, readonly [string, ...string[]]])[] = [
  ['curl and openssl', HAS_SHELL_TOOLS, ['bash', 'set-and-validate.sh']],
  ['Python', PYTHON !== undefined, [PYTHON ?? '', '-B', 'set_and_validate.py']],
  ['Java', HAS_JDK, ['java', 'SetAndValidate.java']],
];

for (const [language, isHere, command] of PROGRAMS) {
  it.runIf(isHere)(`nothing is wrong with the envelopes of ${language} under the test key`, async () => {
    received = [];
    const settings = {
      PINWARD_URL: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
      PINWARD_CA: identity.certificateFile,
      CLIENT_ID: 'my-card-app',
      CLIENT_SECRET: 'of-the-test',
    };
    await runProgram(command, { settings });
    const sent = received.filter(({ path }) => path.startsWith(PIN_PATH));
    expect(sent.map(({ path }) => path)).toEqual([PIN_PATH, `${PIN_PATH}/validate`]);
    for (const { body } of sent) {
      const { encryptedPin: envelope } = JSON.parse(body) as { encryptedPin: object };
      expect(envelope).toMatchObject({ kid: 'test-key-sha256', alg: 'RSA-OAEP-256' });
      expect(await checkEnvelope({ envelope, pin: PIN, ...CARD })).toEqual([]);
    }
  });
}
