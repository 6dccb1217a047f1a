export { develop as default } from '../development/develop.js';
