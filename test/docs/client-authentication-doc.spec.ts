import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { decodeProtectedHeader, exportJWK, generateKeyPair, type JWK } from 'jose';
import { generate } from 'selfsigned';
import { Agent, fetch } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DpopKeyPair, PinwardClient } from '#libs/client/backend';
import { KEYS_AT_MOST } from '../../libs/api-clients/src/keys/new-keys.js';
import { answers, FaultServer } from '../client/fault-server.js';
import { PagePrograms } from '../client/page-program.js';
import { pinctl } from '../pinctl/run-pinctl.js';
import { PROJECT_ROOT } from '../support/project-root.js';
import { ServiceKit } from '../service/service-kit.js';
import { commandLines } from './code-lines.js';

const PAGE = 'docs/client-authentication.md';
const page = readFileSync(join(PROJECT_ROOT, PAGE), 'utf8');
const run = promisify(execFile);

type Rotate = (pinward: PinwardClient, next: JWK) => Promise<string[]>;
type BoundTo = (baseUrl: string, dpop: DpopKeyPair, accessToken: () => Promise<string>) => PinwardClient;
type WithCertificate = (baseUrl: string, clientId: string, pem: object) => PinwardClient;

let programs: PagePrograms;
let kit: ServiceKit;
let pem: { readonly cert: string; readonly key: string };
beforeAll(async () => {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'branch' }]);
  pem = { cert, key };
  programs = new PagePrograms(PAGE, 'undici');
  const file = join(programs.folder, 'certificate.pem');
  writeFileSync(file, cert);
  kit = await ServiceKit.open({ TLS_CLIENT_CA_FILE: file, TLS_CLIENT_CERTIFICATES: 'optional' });
  await programs.bundle();
});
afterAll(async () => {
  await kit[Symbol.asyncDispose]();
  programs[Symbol.dispose]();
});

/** Run as they stand there, but for the folder of their files. */
const COMMANDS = commandLines(page);
const command = (beginning: string) => {
  const found = COMMANDS.find((line) => line.startsWith(`npm run -s pinctl -- ${beginning}`));
  if (found === undefined) throw new Error(`the page has no ${beginning}`);
  const words = found.match(/"[^"]+"|\S+/g)?.slice(5) ?? [];
  return words.map((word) =>
    /\.(json|pem)$/.test(word) ? join(programs.folder, word) : word.replaceAll('"', ''),
  );
};
const onMachine = async (beginning: string) =>
  await pinctl(command(beginning), { DATABASE_URL: kit.database.serviceUrl, PINWARD_ENV: 'test' });

describe('docs/client-authentication.md', () => {
  it('leads from a key to bound tokens, and to the next key', async () => {
    const cwd = programs.folder;
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: kit.identity.certificateFile };
    const [make = ''] = COMMANDS;
    const [, , kid = ''] = make.split(' ');
    await run(process.execPath, [programs.path('make-key'), kid], { cwd });
    expect(await onMachine('clients create card-backend')).toMatchObject({ code: 0, stderr: '' });
    const withKey = [programs.path('with-key'), kit.service.baseUrl, 'card-backend', kid];
    const { stdout, stderr } = await run(process.execPath, withKey, { cwd, env });
    expect([stdout, stderr]).toEqual(['REGISTERED 36\n', '']);
    const owner = await kit.openOwner();
    const [line] = await owner.query<{ details: string }[]>(
      "SELECT details FROM audit_events WHERE action = 'token.issue' AND client_id = 'card-backend'",
    );
    expect(JSON.parse(line?.details ?? '')).toMatchObject({ method: 'private_key_jwt', type: 'DPoP' });

    const { PinwardClient: Client } = await programs.imported<{ PinwardClient: typeof PinwardClient }>(
      'backend',
    );
    const { rotate } = await programs.imported<{ rotate: Rotate }>('rotate');
    const dispatcher = new Agent({ connect: { ca: kit.identity.certificate } });
    const privateKey = readFileSync(join(cwd, 'key.pem'), 'utf8');
    const credentials = { clientId: 'card-backend', privateKey, kid };
    const pinward = new Client({ baseUrl: kit.service.baseUrl, credentials, fetch, dispatcher });
    const next = await generateKeyPair('ES256');
    const rotated = await rotate(pinward, { ...(await exportJWK(next.publicKey)), kid: '2027-02' });
    expect(rotated).toEqual(['2027-02 until the next one', expect.stringMatching(/^2026-11 until .*Z$/)]);
    expect(await onMachine('clients rotate-keys')).toMatchObject({ code: 0, stderr: '' });
    await dispatcher.close();
  });

  it('shows tokens of a provider with proofs', async () => {
    await using server = await FaultServer.open();
    const { boundTo } = await programs.imported<{ boundTo: BoundTo }>('bound-tokens');
    const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, [
      'sign',
      'verify',
    ]);
    server.will(answers.json(200, { keys: [] }));
    await boundTo(server.baseUrl, pair, async () => 'of-the-provider').pinKeys();
    const { authorization, dpop } = server.received[0]?.headers ?? {};
    const jwk = await exportJWK(pair.publicKey);
    expect(authorization).toBe('DPoP of-the-provider');
    expect(decodeProtectedHeader(String(dpop))).toMatchObject({ jwk: { x: jwk.x, y: jwk.y } });
  });

  it('lets a certificate prove the client', async () => {
    expect(await onMachine('clients create branch-backend')).toMatchObject({ code: 0, stderr: '' });
    const { withCertificate } = await programs.imported<{ withCertificate: WithCertificate }>(
      'with-certificate',
    );
    const keys = { ca: kit.identity.certificate, ...pem };
    const branch = withCertificate(kit.service.baseUrl, 'branch-backend', keys);
    expect((await branch.pinKeys()).keys).not.toEqual([]);
  });

  it('demands of clients what it says, and shows it', async () => {
    expect(await onMachine('clients demand ')).toMatchObject({ code: 0, stderr: '' });
    const { stdout } = await onMachine('clients demands');
    expect(stdout).toContain('2027-01-01T00:00:00.000Z');
    expect(stdout).toContain('private_key_jwt tls_client_auth');
  });

  it('has no command and no program that is not run here', () => {
    expect(COMMANDS.map((line) => line.split(' ').slice(0, 6).join(' '))).toEqual([
      'node make-key.js 2026-11',
      'npm run -s pinctl -- clients',
      ...Array.from({ length: 4 }, () => 'npm run -s pinctl -- clients'),
    ]);
    expect([...programs.texts.keys()].toSorted()).toEqual([
      'bound-tokens.ts',
      'make-key.js',
      'rotate.ts',
      'with-certificate.ts',
      'with-key.js',
    ]);
    expect(page).toContain(['one', 'two', 'three', 'four'][KEYS_AT_MOST - 1]);
  });
});
