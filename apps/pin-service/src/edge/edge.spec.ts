import { connect } from 'node:net';
import { text as readToEnd } from 'node:stream/consumers';
import 'reflect-metadata';
import { Body, Controller, Get, Header, Module, Post } from '@nestjs/common';
import { DiscoveryModule, DiscoveryService, NestFactory, Reflector } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { PinwardError } from '#libs/errors';
import { Metrics } from '../metrics/metrics.js';
import { Log } from '../logging/log.js';
import { OpenRoute, Zone } from './routes/declarations.js';
import { applyEdge, createEdge } from './edge.js';
import { ListeningServer } from './listeners/listening-server.js';
import { UnroutedCalls } from './problems/transport-errors.js';
import { SECURITY_HEADERS } from './transport/http-heads.js';
import { readRouteTable } from './routes/route-table.js';

const schema = z.strictObject({ text: z.string() });

@Zone('card-apps')
@OpenRoute()
@Controller('things')
class ThingsController {
  @Post()
  make(@Body({ schema }) { text }: z.infer<typeof schema>) {
    return { text };
  }

  @Get('refused')
  @Header('Cache-Control', 'max-age=300')
  refuse() {
    throw new PinwardError('PIN_EVALUATION_IN_PROGRESS', { triesRemaining: 2 }, { retryAfterSeconds: 3 });
  }

  @Get('broken')
  breakDown() {
    throw new Error('secret 4111111111111111');
  }
}

@Module({ imports: [DiscoveryModule], controllers: [ThingsController] })
class ThingsModule {}

const lines: string[] = [];
const log = new Log('debug', { write: (line: string) => void lines.push(line) });
let application: NestFastifyApplication;
let server: ListeningServer;

beforeAll(async () => {
  application = await NestFactory.create<NestFastifyApplication>(
    ThingsModule,
    createEdge({ log, metrics: new Metrics() }),
    {
      bodyParser: false,
      logger: false,
    },
  );
  applyEdge(application, readRouteTable(application.get(DiscoveryService), application.get(Reflector)), log);
  await application.init();
  const fastify = application.getHttpAdapter().getInstance();
  await fastify.ready();
  server = await ListeningServer.open({
    plan: { name: 'card-apps', zones: ['card-apps'], host: '127.0.0.1', port: 0, tls: false },
    route: (request, response) => fastify.routing(request, response),
    unrouted: new UnroutedCalls(log, SECURITY_HEADERS),
    limits: {
      REQUEST_TIMEOUT_MS: 30_000,
      MAX_CONNECTIONS: 100,
      MAX_CONNECTIONS_PER_ADDRESS: 100,
      TRUSTED_PROXIES: [],
    },
  });
});

afterAll(async () => {
  server.cut();
  await application.close();
});

async function post(payload: string | Buffer, headers: Record<string, string> = {}) {
  return await application.inject({
    method: 'POST',
    url: '/things',
    headers: { 'content-type': 'application/json', ...headers },
    payload,
  });
}

/** Writes bytes and reads until the server closes. */
async function rawExchange(bytes: string): Promise<string> {
  const socket = connect({ port: Number(new URL(server.url).port), host: '127.0.0.1' });
  socket.write(bytes);
  return await readToEnd(socket);
}

async function codeOf(
  answer: Promise<{ statusCode: number; body: string; headers: Record<string, unknown> }>,
) {
  const { statusCode, body, headers } = await answer;
  expect(headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(headers['x-request-id']).toBeTypeOf('string');
  return `${statusCode} ${(JSON.parse(body) as { code: string }).code}`;
}

describe('the edge', () => {
  it('lets a valid request through, under the id it came with', async () => {
    const answer = await post('{"text":"ü"}', { 'x-request-id': 'order-17' });
    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toEqual({ text: 'ü' });
    expect(answer.headers['x-request-id']).toBe('order-17');
  });

  it('prefers Idempotency-Key, and makes an id where there is none', async () => {
    const both = await post('{"text":"a"}', { 'x-request-id': 'proxy', 'idempotency-key': 'caller' });
    expect(both.headers['x-request-id']).toBe('caller');
    expect((await post('{"text":"a"}')).headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each([['with space'], ['x'.repeat(129)], ['ümlaut']])('refuses the request id %s', async (id) => {
    expect(await codeOf(post('{"text":"a"}', { 'x-request-id': id }))).toBe('400 REQUEST_INVALID');
  });

  it.each([
    ['malformed', '{"text":'],
    ['empty', ''],
    ['no object', '[]'],
    ['null', 'null'],
    ['unknown field', '{"text":"a","more":1}'],
    ['wrong type', '{"text":1}'],
    ['missing field', '{}'],
    ['duplicate field', '{"text":"a","text":"b"}'],
  ])('refuses a body: %s', async (_, body) => {
    expect(await codeOf(post(body))).toBe('400 REQUEST_INVALID');
  });

  it('points at what is wrong', async () => {
    const { errors } = (await post('{"text":1}')).json<{ errors: { pointer: string }[] }>();
    expect(errors.map(({ pointer }) => pointer)).toEqual(['/text']);
  });

  it('refuses what is too large, and what is not JSON', async () => {
    expect(await codeOf(post(`{"text":"${'x'.repeat(17_000)}"}`))).toBe('413 BODY_TOO_LARGE');
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
    ]) {
      expect(await codeOf(post('{"text":"a"}', { 'content-type': type }))).toBe('415 MEDIA_TYPE_UNSUPPORTED');
    }
  });

  it('answers an unknown path as a problem that does not echo it', async () => {
    const answer = application.inject('/nowhere/4111111111111111');
    expect(await codeOf(answer)).toBe('404 ROUTE_NOT_FOUND');
    expect((await answer).body).not.toContain('41111111');
  });

  it('tells a wrong method from a wrong path', async () => {
    const answer = application.inject({ method: 'DELETE', url: '/things?x=1' });
    expect(await codeOf(answer)).toBe('405 METHOD_NOT_ALLOWED');
    expect((await answer).headers['allow']).toContain('POST');
  });

  it('refuses a URL that cannot be decoded, and one that is too long', async () => {
    expect(await codeOf(application.inject('/things/%zz'))).toBe('400 REQUEST_INVALID');
    expect(await codeOf(application.inject(`/things?${'x'.repeat(3_000)}`))).toBe('414 REQUEST_TOO_LONG');
  });

  it.each([
    ['no HTTP', 'HELO pinward\r\n\r\n', '400 REQUEST_INVALID'],
    [
      'a head that is too long',
      `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(40_000)}\r\n\r\n`,
      '431 REQUEST_TOO_LONG',
    ],
  ])('answers %s on the bare socket', async (_, bytes, expected) => {
    const answer = await rawExchange(bytes);
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    expect(`${head.split(' ')[1]} ${(JSON.parse(body) as { code: string }).code}`).toBe(expected);
    expect(head).toMatch(/content-type: application\/problem\+json/i);
  });

  it('renders an error with its members and Retry-After', async () => {
    const answer = await application.inject('/things/refused');
    expect(answer.statusCode).toBe(409);
    expect(answer.headers['retry-after']).toBe('3');
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.json()).toMatchObject({ code: 'PIN_EVALUATION_IN_PROGRESS', triesRemaining: 2 });
  });

  it('tells nothing of an unforeseen error', async () => {
    const answer = await application.inject('/things/broken');
    expect(answer.json()).toMatchObject({ status: 500, code: 'INTERNAL' });
    expect(answer.body).not.toContain('41111111');
    const told = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    const requestId = answer.headers['x-request-id'];
    expect(told.find((line) => line['requestId'] === requestId)).toMatchObject({
      level: 'error',
      error: 'PinwardError',
    });
    expect(lines.join('')).toContain('breakDown');
    expect(lines.join('')).not.toContain('41111111');
  });
});
