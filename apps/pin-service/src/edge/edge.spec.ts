import 'reflect-metadata';
import { Body, Controller, Get, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { PinwardError } from '#libs/errors';
import { applyEdge, prepareEdge } from './edge.js';

const schema = z.strictObject({ text: z.string() });

@Controller('things')
class ThingsController {
  @Post()
  make(@Body({ schema }) { text }: z.infer<typeof schema>) {
    return { text };
  }

  @Get('refused')
  refuse() {
    throw new PinwardError('PIN_EVALUATION_IN_PROGRESS', { triesRemaining: 2 }, { retryAfterSeconds: 3 });
  }

  @Get('broken')
  breakDown() {
    throw new Error('secret 4111111111111111');
  }
}

@Module({ controllers: [ThingsController] })
class ThingsModule {}

let application: NestFastifyApplication;

beforeAll(async () => {
  const adapter = new FastifyAdapter({ bodyLimit: 16 * 1024 });
  prepareEdge(adapter.getInstance());
  application = await NestFactory.create<NestFastifyApplication>(ThingsModule, adapter, {
    bodyParser: false,
    logger: false,
  });
  applyEdge(application);
  await application.init();
});

afterAll(async () => await application.close());

async function post(payload: string | Buffer, headers: Record<string, string> = {}) {
  return await application.inject({
    method: 'POST',
    url: '/things',
    headers: { 'content-type': 'application/json', ...headers },
    payload,
  });
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
    expect((await answer).body).not.toContain('4111');
  });

  it('renders an error with its members and Retry-After', async () => {
    const answer = await application.inject('/things/refused');
    expect(answer.statusCode).toBe(409);
    expect(answer.headers['retry-after']).toBe('3');
    expect(answer.json()).toMatchObject({ code: 'PIN_EVALUATION_IN_PROGRESS', triesRemaining: 2 });
  });

  it('tells nothing of an unforeseen error', async () => {
    const answer = await application.inject('/things/broken');
    expect(answer.json()).toMatchObject({ status: 500, code: 'INTERNAL' });
    expect(answer.body).not.toContain('4111');
  });
});
