export { looksLikePan, maskPanLike } from './pan-mask.js';
export { holdsSecret } from './hidden-secrets.js';
