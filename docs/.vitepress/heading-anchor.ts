/**
 * The anchor of a heading as the hosts of repositories make it, so that a link is good there and on the site: lower case,
 * punctuation gone, spaces to hyphens.
 */
export function headingAnchor(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
    .replaceAll(' ', '-');
}
