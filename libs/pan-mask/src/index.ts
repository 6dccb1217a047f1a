export { looksLikePan, maskPanLike } from './pan-mask.js';
