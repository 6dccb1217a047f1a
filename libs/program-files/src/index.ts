export { compiledFile, PROJECT_ROOT } from './program-files.js';
