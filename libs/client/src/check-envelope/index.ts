export { checkEnvelope, type CheckEnvelopeInput } from './check-envelope.js';
export { FINDINGS, type EnvelopeFinding, type EnvelopeFindingCode } from './findings.js';
export { publishedTestKeys } from './test-key.js';
