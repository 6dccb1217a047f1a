export { postOverHttps, type HttpsAnswer, type HttpsPost } from './post.js';
