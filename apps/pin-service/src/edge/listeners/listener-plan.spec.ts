import { describe, expect, it } from 'vitest';
import { listenerPlans } from './listener-plan.js';

const settings = {
  PINWARD_ENV: 'production',
  HOST: '10.0.0.1',
  PORT: 8443,
  ADMIN_HOST: undefined,
  ADMIN_PORT: 8444,
  INTERNAL_HOST: '127.0.0.1',
  INTERNAL_PORT: 9090,
  TLS_MODE: 'on',
} as const;

const zonesByPort = (changed: Partial<Parameters<typeof listenerPlans>[0]>) =>
  Object.fromEntries(listenerPlans({ ...settings, ...changed }).map(({ port, zones }) => [port, zones]));

describe('listeners', () => {
  it('in production serve one zone each', () => {
    expect(zonesByPort({})).toEqual({ 8443: ['card-apps'], 8444: ['operators'], 9090: ['internal'] });
  });

  it('in development leave health on the main one, and operators where they have no port', () => {
    expect(zonesByPort({ PINWARD_ENV: 'development' })).toEqual({
      8443: ['card-apps', 'internal'],
      8444: ['operators'],
      9090: ['internal'],
    });
    expect(
      zonesByPort({ PINWARD_ENV: 'development', ADMIN_PORT: undefined, INTERNAL_PORT: undefined }),
    ).toEqual({ 8443: ['card-apps', 'operators', 'internal'] });
  });

  it('bind operators where the card apps are, unless told otherwise, and internal without TLS', () => {
    expect(listenerPlans(settings).map(({ host, tls }) => `${host} ${tls}`)).toEqual([
      '10.0.0.1 true',
      '10.0.0.1 true',
      '127.0.0.1 false',
    ]);
    expect(listenerPlans({ ...settings, ADMIN_HOST: '10.0.9.1' })[1]?.host).toBe('10.0.9.1');
  });
});
