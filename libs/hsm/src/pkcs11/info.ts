import type pkcs11js from 'pkcs11js';

/** Texts without their blank padding. */
export interface TokenInfo {
  readonly label: string;
  readonly manufacturer: string;
  readonly model: string;
  readonly serialNumber: string;
  readonly firmware: string;
  readonly flags: number;
  /** ulMaxSessionCount of one application, as the module states it. */
  readonly maxSessions: number;
}

/** What the module says of itself (C_GetInfo). Texts without their blank padding. */
export interface ModuleInfo {
  readonly manufacturer: string;
  readonly description: string;
  readonly version: string;
  /** Of the PKCS#11 interface. */
  readonly cryptokiVersion: string;
}

export function readTokenInfo(info: pkcs11js.TokenInfo): TokenInfo {
  return {
    label: trimmed(info.label),
    manufacturer: trimmed(info.manufacturerID),
    model: trimmed(info.model),
    serialNumber: trimmed(info.serialNumber),
    firmware: versionText(info.firmwareVersion),
    flags: info.flags,
    maxSessions: info.maxSessionCount,
  };
}

export function readModuleInfo(info: pkcs11js.ModuleInfo): ModuleInfo {
  return {
    manufacturer: trimmed(info.manufacturerID),
    description: trimmed(info.libraryDescription),
    version: versionText(info.libraryVersion),
    cryptokiVersion: versionText(info.cryptokiVersion),
  };
}

function versionText({ major, minor }: pkcs11js.Version): string {
  return `${major}.${minor}`;
}

function trimmed(text: string): string {
  return text.replace(/[ \0]+$/, '');
}
