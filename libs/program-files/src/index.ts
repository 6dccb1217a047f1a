export { compiledFile, PROJECT_ROOT, VERSION } from './program-files.js';
