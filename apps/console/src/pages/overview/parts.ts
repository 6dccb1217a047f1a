import { APPROVAL_SCOPES } from '../../layout/sections.js';

export type Part = 'approvals' | 'brakes' | 'alarms' | 'incidents' | 'cards';

/** Scopes of which one lets a part be read (docs/http-api.md); in the order in which they are shown. */
const SCOPES: readonly (readonly [part: Part, scopes: readonly string[]])[] = [
  ['approvals', APPROVAL_SCOPES],
  ['brakes', ['ops:read', 'ops:brakes']],
  ['alarms', ['ops:read', 'ops:brakes']],
  ['incidents', ['ops:read', 'ops:incidents']],
  ['cards', ['ops:read']],
];

/** What somebody with these scopes may see: no call is made that would be refused. */
export function partsFor(scopes: readonly string[]): Part[] {
  return SCOPES.filter(([, needed]) => needed.some((scope) => scopes.includes(scope))).map(([part]) => part);
}
