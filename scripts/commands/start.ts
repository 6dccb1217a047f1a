import { startDevelopment } from '../development/start.js';

/** npm start in development. @returns the exit status */
export default startDevelopment;
