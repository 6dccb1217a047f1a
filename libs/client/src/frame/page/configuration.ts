/** pinward-frame.json, beside the page: written by who hosts it, and by nobody who embeds it. */
export interface FrameConfiguration {
  /** Origins whose pages may embed the frame. */
  readonly embedders: readonly string[];
  /** Thumbprints of the manifest keys, as encryptPin takes them. */
  readonly manifestPins: readonly string[];
}

/** @returns undefined where it is not as it should be: nobody is served then */
export function frameConfiguration(value: unknown): FrameConfiguration | undefined {
  const { embedders, manifestPins } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (!isTexts(embedders) || !isTexts(manifestPins) || manifestPins.length === 0) return undefined;
  return embedders.every(isOrigin) ? { embedders, manifestPins } : undefined;
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((member) => typeof member === 'string');
}

/** As browsers write it (RFC 6454, section 6.1): no path, no pattern, and never "null". */
function isOrigin(text: string): boolean {
  return /^[^*]+$/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}
