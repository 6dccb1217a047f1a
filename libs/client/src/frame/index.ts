export { mountPinFrame, type PinFrame, type PinFrameOptions } from './mount-pin-frame.js';
export { PinFrameError, type PinFrameErrorCode } from './frame-error.js';
