import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { Hono } from 'hono';
import type { Snippets } from './snippets.js';

/** Sends a request to `/events`. @returns the status */
type Send = (body: string, headers: Readonly<Record<string, string>>) => Promise<number>;

/** The part of Express that is used; it brings no types. */
interface Listening {
  listen(port: number, host: string): Server;
}

export interface Receiver {
  readonly send: Send;
  readonly stop: () => Promise<unknown>;
}

/** How each receiver of docs/webhooks.md is started, by the name of its file. */
export const RECEIVERS: Readonly<Record<string, (snippets: Snippets) => Promise<Receiver>>> = {
  'with-node.js': async (snippets) => {
    const { server } = await snippets.run<{ server: Server }>('with-node.js');
    return await served(server.listen(0, '127.0.0.1'));
  },
  'with-express.js': async (snippets) => {
    const { app } = await snippets.run<{ app: Listening }>('with-express.js');
    return await served(app.listen(0, '127.0.0.1'));
  },
  'with-fastify.js': async (snippets) => {
    const { app } = await snippets.run<{ app: FastifyInstance }>('with-fastify.js');
    const url = await app.listen({ port: 0, host: '127.0.0.1' });
    return { send: sendTo(url), stop: async () => await app.close() };
  },
  'with-nest.ts': async (snippets) => {
    const { EventsController } = await snippets.run<{ EventsController: new () => object }>('with-nest.ts');
    @Module({ controllers: [EventsController] })
    class AppModule {}
    const options = { rawBody: true, logger: false } as const;
    const app = await NestFactory.create<NestFastifyApplication>(AppModule, new FastifyAdapter(), options);
    await app.listen(0, '127.0.0.1');
    return { send: sendTo(await app.getUrl()), stop: async () => await app.close() };
  },
  'with-hono.js': async (snippets) => {
    const { app } = await snippets.run<{ app: Hono }>('with-hono.js');
    app.onError((_, context) => context.body(null, 500));
    const send: Send = async (body, headers) =>
      (await app.request('/events', { method: 'POST', body, headers })).status;
    return { send, stop: async () => undefined };
  },
};

async function served(server: Server): Promise<Receiver> {
  if (!server.listening) await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const stop = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { send: sendTo(`http://127.0.0.1:${port}`), stop };
}

function sendTo(base: string): Send {
  return async (body, headers) => {
    const answer = await fetch(new URL('/events', base), { method: 'POST', body, headers });
    await answer.arrayBuffer();
    return answer.status;
  };
}
