export { brakeView, type BrakeView } from './brake.js';
export { Brakes } from './brakes.js';
