import { APPROVAL_SCOPES } from '../../layout/sections.js';

export type Part = 'approvals' | 'brakes' | 'alarms' | 'incidents' | 'cards' | 'soundness' | 'activity';

/** Scopes of which one lets a part be read (docs/http-api.md); in the order in which they are shown. */
export const PART_SCOPES: readonly (readonly [part: Part, scopes: readonly string[]])[] = [
  ['soundness', ['ops:read']],
  ['activity', ['ops:read']],
  ['approvals', APPROVAL_SCOPES],
  ['brakes', ['ops:read', 'ops:brakes']],
  ['alarms', ['ops:read', 'ops:brakes']],
  ['incidents', ['ops:read', 'ops:incidents']],
  ['cards', ['ops:read']],
];

/** What somebody with these scopes may see: no call is made that would be refused. */
export function partsFor(scopes: readonly string[]): Part[] {
  return PART_SCOPES.filter(([, needed]) => needed.some((scope) => scopes.includes(scope))).map(
    ([part]) => part,
  );
}
