export { SecretText } from './secret-text.js';
