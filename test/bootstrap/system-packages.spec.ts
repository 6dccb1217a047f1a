import { describe, expect, it } from 'vitest';
import { decide, missingPackages } from '../../scripts/bootstrap/system-packages.mjs';

describe('missing system packages', () => {
  it('are told by the files that are not there', () => {
    const names = ['softhsm2', 'g++', 'make', 'python3', 'opensc-pkcs11', 'libnss3-tools'] as const;
    expect(missingPackages(names, () => true)).toEqual([]);
    expect(missingPackages(names, () => false)).toEqual(names);
    expect(missingPackages(names, (file) => file !== 'g++')).toEqual(['g++']);
    expect(missingPackages(['g++', 'g++'], () => false)).toEqual(['g++']);
  });

  it('are not missing when the file is in another of its places', () => {
    const legacy = '/usr/lib/softhsm/libsofthsm2.so';
    expect(missingPackages(['softhsm2'], (file) => file === legacy)).toEqual([]);
    expect(missingPackages(['softhsm2'], (file) => file !== legacy)).toEqual([]);
  });

  it('need all of their files', () => {
    expect(missingPackages(['libnss3-tools'], (file) => file !== 'certutil')).toEqual(['libnss3-tools']);
  });
});

describe('what is done about them', () => {
  const root = { mayTouchSystem: true, asRoot: [] };
  const ordinary = { mayTouchSystem: true, asRoot: null };
  const handsOff = { mayTouchSystem: false, asRoot: null };
  const both = { essential: ['softhsm2', 'g++'], extra: ['opensc-pkcs11'] };

  it('is nothing when nothing is missing', () => {
    for (const rights of [root, ordinary, handsOff]) {
      expect(decide({ essential: [], extra: [] }, rights).action).toBe('nothing');
    }
  });

  it('is to install them, as root or through sudo', () => {
    expect(decide(both, root).action).toBe('install');
    expect(decide(both, { mayTouchSystem: true, asRoot: ['sudo', '-n'] }).action).toBe('install');
  });

  it('is to refuse with the exact command, without the right to install', () => {
    const { action, lines } = decide(both, ordinary);
    expect(action).toBe('refuse');
    expect(lines.join('\n')).toMatch(
      /apt-get update && (sudo )?apt-get install -y --no-install-recommends softhsm2 g\+\+ opensc-pkcs11$/m,
    );
  });

  it('never touches the system with PINWARD_NO_APT, even as root', () => {
    expect(decide(both, { mayTouchSystem: false, asRoot: [] }).action).toBe('refuse');
  });

  it('goes on, loudly, when only extras are missing and the system may not be touched', () => {
    const onlyExtra = { essential: [], extra: ['opensc-pkcs11'] };
    const { action, lines } = decide(onlyExtra, handsOff);
    expect(action).toBe('go-on');
    expect(lines.join('\n')).toContain('SKIPPED');
    expect(decide(onlyExtra, ordinary).action).toBe('refuse');
  });
});
