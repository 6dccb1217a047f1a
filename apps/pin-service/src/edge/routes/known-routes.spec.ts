import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { markZones, zonesOf } from './known-routes.js';

it('a request from a network reaches what its listener serves, and nothing where no listener has marked it', () => {
  const request = new IncomingMessage(new Socket());
  expect(zonesOf(request)).toEqual([]);
  markZones(request, ['internal']);
  expect(zonesOf(request)).toEqual(['internal']);
  expect(zonesOf(new IncomingMessage(new Socket()))).toEqual([]);
});
