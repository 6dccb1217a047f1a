// A process that keeps given secrets in memory, for the tests of the memory scan. The secrets arrive masked, so that
// its input buffers do not contain them. Run by Node itself (type stripping).
import { createInterface } from 'node:readline';

const MASK = 0x5a;
const kept: unknown[] = [];

for await (const line of createInterface({ input: process.stdin })) {
  const { as, masked } = JSON.parse(line) as {
    as: 'buffer' | 'string' | 'array' | 'number';
    masked: number[];
  };
  const buffer = Buffer.allocUnsafeSlow(masked.length);
  for (const [index, byte] of masked.entries()) buffer[index] = byte ^ MASK;
  if (as === 'buffer') kept.push(buffer);
  if (as === 'string') kept.push({ text: buffer.toString('latin1') });
  if (as === 'array') kept.push(Array.from(buffer));
  if (as === 'number') kept.push(Float64Array.of(Number(buffer.toString())));
  if (as !== 'buffer') buffer.fill(0);
  console.log(kept.length);
}
