import { describe, expect, it } from 'vitest';
import { PinwardError } from '#libs/errors';
import { checkNewClient, type NewClient } from './new-client.js';
import { CARD_APP_SCOPES, OPERATOR_SCOPES } from './scopes.js';

const policy = {
  secretOverlapHours: 24,
  secretMaxAgeDays: 90,
  refuseOldSecrets: false,
  allowAnyAddress: true,
};

const app: NewClient = { clientId: 'card-app', scopes: ['pin:set'] };
const operator: NewClient = { clientId: 'olga', scopes: ['ops:read'], person: 'Olga Operator' };

function pointersOf(client: NewClient): string[] {
  try {
    checkNewClient(client, policy);
    return [];
  } catch (error) {
    if (!(error instanceof PinwardError)) throw error;
    expect(error.code).toBe('REQUEST_INVALID');
    return (error.members['errors'] as { pointer: string }[]).map(({ pointer }) => pointer);
  }
}

describe('a new client', () => {
  it('is taken as it is when nothing is wrong with it', () => {
    expect(checkNewClient(app, policy)).toEqual({
      ...app,
      person: null,
      allowedAddresses: [],
      requestsPerMinute: null,
    });
    expect(checkNewClient(operator, policy)).toMatchObject(operator);
  });

  it('never holds scopes of card apps and of operators together', () => {
    for (const card of CARD_APP_SCOPES) {
      for (const ops of OPERATOR_SCOPES) {
        expect(pointersOf({ ...operator, scopes: [card, ops] })).toEqual(['/scopes']);
      }
    }
    expect(pointersOf({ ...app, scopes: CARD_APP_SCOPES })).toEqual([]);
    expect(pointersOf({ ...operator, scopes: OPERATOR_SCOPES })).toEqual([]);
  });

  it.each<[Partial<NewClient>, string]>([
    [{ clientId: 'ab' }, '/clientId'],
    [{ clientId: 'a'.repeat(65) }, '/clientId'],
    [{ clientId: 'Card-App' }, '/clientId'],
    [{ clientId: 'card app' }, '/clientId'],
    [{ clientId: '4111-1111-1111-1111' }, '/clientId'],
    [{ clientId: 'pinctl' }, '/clientId'],
    [{ scopes: [] }, '/scopes'],
    [{ scopes: ['pin:set', 'pin:steal'] }, '/scopes/1'],
    [{ person: 'Olga' }, '/person'],
    [{ allowedAddresses: ['192.0.2.0/24', '192.0.2.1/24'] }, '/allowedAddresses/1'],
    [{ allowedAddresses: Array.from({ length: 65 }, (_, n) => `192.0.2.${n}`) }, '/allowedAddresses'],
    [{ requestsPerMinute: 0 }, '/requestsPerMinute'],
    [{ requestsPerMinute: 1.5 }, '/requestsPerMinute'],
  ])('is refused with %j', (changed, pointer) => {
    expect(pointersOf({ ...app, ...changed })).toEqual([pointer]);
  });

  it.each([undefined, null, '', '  ', 'Ol\nga', '4111111111111111', 'pinctl:root'])(
    'has a person behind an operator, not %j',
    (person) => {
      expect(pointersOf({ ...operator, person })).toEqual(['/person']);
    },
  );

  it('is told all that is wrong at once', () => {
    expect(pointersOf({ clientId: 'X', scopes: [], requestsPerMinute: -1 })).toEqual([
      '/clientId',
      '/scopes',
      '/requestsPerMinute',
    ]);
  });
});
