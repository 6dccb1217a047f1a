export { postOverHttps } from './post.js';
