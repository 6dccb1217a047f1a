import { Explained } from '../bootstrap/terminal.mjs';

const UNRELEASED = '## [Unreleased]\n';

/** Puts the unreleased section under its version and date, and begins a new one. */
export function releasedChangelog(changelog: string, version: string, now: Date): string {
  const [before = '', after] = changelog.split(UNRELEASED);
  if (after === undefined) throw new Explained('CHANGELOG.md has no section [Unreleased].');
  const [section = ''] = after.split('\n## ');
  if (section.trim() === '')
    throw new Explained('CHANGELOG.md says nothing of what is new under [Unreleased].');
  return `${before}${UNRELEASED}\n## [${version}] - ${now.toISOString().slice(0, 10)}\n${after}`;
}

/** By semantic versioning; there are no pre-releases. */
export function isLater(version: string, before: string): boolean {
  if (!/^(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}$/.test(version)) return false;
  const [one, other] = [version, before].map((text) => text.split('.').map(Number));
  for (const [index, number] of (one ?? []).entries()) {
    const difference = number - (other?.[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}
