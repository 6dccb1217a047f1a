export {
  LINE_CODES,
  LINE_LIMIT_BYTES,
  MOST_LINES,
  REPEATED,
  type CardLine,
  type ImportLine,
  type LineFault,
} from './card-line.js';
export { NOT_A_REFERENCE, registerCardSchema, soundCardRef, type RegisterCardBody } from './card-schema.js';
export { faultsOf, unknownMembers, type SentFault } from './faults.js';
export { isBlank, LineSplitter, type SentLine } from './line-splitter.js';
export { readCardLine } from './read-card-line.js';
export { sentence, UNKNOWN_MEMBER } from './sentences.js';
