export { brakeView, type Brake, type BrakeView } from './brake.js';
export { Brakes, type BrakeAsked, type ReleaseAsked } from './brakes.js';
