import type { Browser } from 'playwright-core';
import { ProcessMemory } from '../rigs/process-memory.js';

const PIECE_BYTES = 16 << 20;
/** Longer than what is looked for, so that nothing is missed at the seam of two pieces. */
const OVERLAP_BYTES = 64;

export interface RendererScan {
  /** Names of what was found. */
  readonly found: readonly string[];
  /** A search of next to nothing proves nothing: assert it. */
  readonly scannedBytes: number;
}

/** Searches the memory of all processes that show pages, but for the files that are mapped into them. */
export async function scanRenderers(
  browser: Browser,
  needles: Readonly<Record<string, Buffer>>,
): Promise<RendererScan> {
  const devtools = await browser.newBrowserCDPSession();
  const { processInfo } = await devtools.send('SystemInfo.getProcessInfo');
  await devtools.detach();
  const found = new Set<string>();
  let scannedBytes = 0;
  for (const { id } of processInfo.filter(({ type }) => type === 'renderer')) {
    for (const piece of pieces(id)) {
      scannedBytes += piece.length;
      for (const [name, bytes] of Object.entries(needles)) if (piece.includes(bytes)) found.add(name);
    }
  }
  return { found: [...found], scannedBytes };
}

function* pieces(pid: number): Generator<Buffer> {
  using memory = new ProcessMemory(pid);
  for (const { start, end, name } of memory.touchedRanges()) {
    if (name.startsWith('/')) continue;
    for (let address = start; address < end; address += PIECE_BYTES)
      yield memory.read(address, Math.min(PIECE_BYTES + OVERLAP_BYTES, end - address)).bytes;
  }
}
