export { SecretText } from './secret-text.js';
export { ExposedSecretFile, readSecretFile } from './secret-file.js';
