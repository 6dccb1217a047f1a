import type { KeyContent, NewKeys } from '#libs/api-clients';

/**
 * Checked keys in the form in which they are asked for, for an approver to read: of a JWK set only what is kept, since
 * further members of a key may say anything.
 */
export function keysAsked({ certificates }: NewKeys, checked: KeyContent): NewKeys {
  if ('keys' in checked) return { jwks: { keys: checked.keys } };
  return 'jwksUri' in checked ? checked : { certificates };
}
