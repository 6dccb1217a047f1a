export { SecretText } from './secret-text.js';
export { ExposedSecretFile, readSecretFile, readSecretText, secretFileFault } from './secret-file.js';
