export * from './contract/faults.js';
export * from './contract/keys.js';
export * from './contract/pin-hsm.js';
export * from './contract/pin-verifier.js';
