export type PinFrameErrorCode =
  'FRAME_UNREACHABLE' | 'FRAME_ORIGIN_REFUSED' | 'FRAME_NOT_SET_UP' | 'FRAME_OF_SAME_ORIGIN';

const MESSAGES: Readonly<Record<PinFrameErrorCode, string>> = {
  FRAME_UNREACHABLE:
    'nothing answered at this address in time: is it the page of npm run package:frame, and does the policy of this page ' +
    'allow it (frame-src)?',
  FRAME_ORIGIN_REFUSED: 'the frame does not serve this origin: add it to embedders of its pinward-frame.json',
  FRAME_NOT_SET_UP: 'pinward-frame.json beside the frame is missing or malformed, or names no manifestPins',
  FRAME_OF_SAME_ORIGIN:
    'the frame must have an origin of its own: on this one, scripts of the page reach into it',
};

/** Why no pad is shown. Codes are stable; the message says what to do. */
export class PinFrameError extends Error {
  override readonly name = 'PinFrameError';

  constructor(readonly code: PinFrameErrorCode) {
    super(MESSAGES[code]);
  }
}
