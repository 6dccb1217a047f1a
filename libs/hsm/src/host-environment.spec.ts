import { expect, it } from 'vitest';
import { hostEnvironment, mayBeInherited, variableNames } from './host-environment.js';

const ENVIRONMENT = {
  PATH: '/bin',
  SOFTHSM2_CONF: '/etc/softhsm2.conf',
  VENDOR_LOG: '/var/log/vendor',
  DATABASE_URL: 'secret',
  MIGRATION_DATABASE_URL: 'secret',
  PKCS11_SO_PIN: 'secret',
  PKCS11_TOKEN_PIN_FILE: 'secret',
  AWS_SESSION_TOKEN: 'secret',
  SOMETHING_NEW: 'secret',
};

it('an HSM host inherits what is on a list, and what the deployment names', () => {
  expect(hostEnvironment(ENVIRONMENT, variableNames('VENDOR_LOG, NOT_SET,'))).toEqual({
    PATH: '/bin',
    SOFTHSM2_CONF: '/etc/softhsm2.conf',
    VENDOR_LOG: '/var/log/vendor',
  });
});

it.each([
  'DATABASE_URL',
  'REDIS_URL',
  'PKCS11_SO_PIN',
  'PKCS11_TOKEN_PIN_FILE',
  'CLOUDHSM_PIN',
  'NODE_OPTIONS',
  'A=B',
])('nobody can name %s', (name) => {
  expect(mayBeInherited(name)).toBe(false);
  expect(hostEnvironment({ [name]: 'secret' }, [name])).toEqual({});
});
