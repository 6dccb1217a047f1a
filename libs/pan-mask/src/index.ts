export { couldBePan } from './could-be-pan.js';
export { holdsSecret } from './hidden-secrets.js';
export { hasCheckDigit } from './issued-numbers.js';
export { maskPanLike } from './mask-pan.js';
