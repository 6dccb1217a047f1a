export { readPersonName, type PersonName } from './person-name.js';
