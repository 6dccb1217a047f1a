/** One fault in the trail; leaves count from 0. */
export type Finding =
  | { readonly kind: 'edited'; readonly leaf: number; readonly auditId: string }
  | { readonly kind: 'deleted'; readonly leaf: number; readonly auditId: string }
  | { readonly kind: 'leaf-missing'; readonly leaf: number }
  | { readonly kind: 'inserted'; readonly auditId: string }
  | { readonly kind: 'reordered'; readonly leaf: number; readonly auditId: string }
  | { readonly kind: 'rewritten'; readonly fromLeaf: number; readonly toLeaf: number }
  | { readonly kind: 'head-forged'; readonly treeSize: number }
  | { readonly kind: 'truncated'; readonly size: number; readonly keptSize: number }
  | { readonly kind: 'forked'; readonly keptSize: number }
  | { readonly kind: 'checkpoint-unusable'; readonly reason: string }
  | { readonly kind: 'unattested'; readonly auditId: string; readonly what: 'verdict' | 'verifier' }
  | { readonly kind: 'attestation-forged'; readonly auditId: string; readonly what: 'verdict' | 'verifier' }
  | { readonly kind: 'other-verifier'; readonly auditId: string };

/** In words for an auditor. */
export function explainFinding(finding: Finding): string {
  switch (finding.kind) {
    case 'edited':
      return `leaf ${finding.leaf} (audit id ${finding.auditId}): the line was edited`;
    case 'deleted':
      return `leaf ${finding.leaf} (audit id ${finding.auditId}): the line was deleted`;
    case 'leaf-missing':
      return `leaf ${finding.leaf}: its place in the tree was deleted`;
    case 'inserted':
      return `audit id ${finding.auditId}: a line was inserted behind the seal`;
    case 'reordered':
      return `leaf ${finding.leaf} (audit id ${finding.auditId}): lines were put in another order`;
    case 'rewritten':
      return `leaves ${finding.fromLeaf} to ${finding.toLeaf}: something among them was changed together with its hash`;
    case 'head-forged':
      return `the head of ${finding.treeSize} leaves: not signed by a key of this trail`;
    case 'truncated':
      return `${finding.keptSize - finding.size} lines are missing at the end: the kept checkpoint has ${finding.keptSize}, the database ${finding.size}`;
    case 'forked':
      return `the first ${finding.keptSize} lines are not those of the kept checkpoint, although the heads in the database are signed`;
    case 'checkpoint-unusable':
      return `the kept checkpoint cannot be used: ${finding.reason}`;
    case 'unattested':
      return `audit id ${finding.auditId}: the HSM host has not attested this ${finding.what}`;
    case 'attestation-forged':
      return `audit id ${finding.auditId}: this ${finding.what} is not what the HSM host attested, or not for this place`;
    case 'other-verifier':
      return `audit id ${finding.auditId}: the HSM host compared the PIN with another verifier than the card's`;
  }
}
