export { looksLikePan, maskPanLike } from './pan-mask.js';
export { hidesPan } from './hidden-pan.js';
