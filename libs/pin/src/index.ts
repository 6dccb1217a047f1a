export * from './policy.js';
export * from './ports/answers.js';
export * from './ports/card.js';
export * from './ports/pin-store.js';
export * from './ports/request-context.js';
