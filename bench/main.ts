import { writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { runCommand } from '../scripts/terminal/run-command.js';
import { measureImports, movePortfolio } from './imports.js';
import { measureSealing } from './sealing.js';
import { CONCURRENCY } from './stack.js';
import { measure, type Figures } from './validate.js';

const HELP = `Usage: npm run bench [-- OPTIONS]

Measures how fast the token alone unwraps, wraps and destroys PIN objects, and then how fast the service answers whole
validate requests (TLS 1.3, durable commits, a new envelope and request id each, ${CONCURRENCY} at once), for RSA-2048
and RSA-3072. The machine should have nothing else to do.

  --seconds N   how long each rate is measured (default 10)
  --sealing     instead: what sealing the audit trail costs a validate request
  --import      instead: how fast cards are imported, and what validate requests beside that wait
  --cards N     instead: how long a portfolio of N cards with PANs takes to move in
  --bits N      only this modulus length: 2048 or 3072
  --json FILE   writes the figures as { rsa2048: { … }, rsa3072: { … } }
  --help        shows this`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '10' },
      bits: { type: 'string' },
      json: { type: 'string' },
      sealing: { type: 'boolean', default: false },
      import: { type: 'boolean', default: false },
      cards: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(HELP);
  if (values.sealing) return await sealing(Number(values.seconds), values.json);
  if (values.cards !== undefined)
    return await told(await movePortfolio(Number(values.cards), progress), values.json);
  if (values.import) return await told(await measureImports(Number(values.seconds), progress), values.json);
  const results: Record<string, Figures> = {};
  for (const rsaBits of [2048, 3072]) {
    if (values.bits !== undefined && Number(values.bits) !== rsaBits) continue;
    results[`rsa${rsaBits}`] = await measure({ rsaBits, seconds: Number(values.seconds), progress });
  }
  print(results);
  if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(results, null, 2)}\n`);
}

const progress = (line: string) => void process.stderr.write(`${line}\n`);

async function told(figures: object, json: string | undefined): Promise<void> {
  console.log(
    `\n${cpus()[0]?.model ?? 'unknown CPU'}, ${availableParallelism()} cores, Node ${process.version}\n`,
  );
  console.table(figures);
  if (json !== undefined) await writeFile(json, `${JSON.stringify(figures, null, 2)}\n`);
}

async function sealing(seconds: number, json: string | undefined): Promise<void> {
  const figures = await measureSealing(seconds, (line) => process.stderr.write(`${line}\n`));
  const { sealedMs, unsealedMs, added, sealedPerSecond, unsealedPerSecond } = figures;
  console.log(
    `\nprocessor time a validate request: ${sealedMs.toFixed(3)} ms sealed, ${unsealedMs.toFixed(3)} ms not`,
  );
  console.log(`sealing adds ${(added * 100).toFixed(1)} %; ${sealedPerSecond}/s and ${unsealedPerSecond}/s`);
  if (json !== undefined) await writeFile(json, `${JSON.stringify(figures, null, 2)}\n`);
}

function print(results: Readonly<Record<string, Figures>>): void {
  console.log(
    `\n${cpus()[0]?.model ?? 'unknown CPU'}, ${availableParallelism()} cores, Node ${process.version}\n`,
  );
  console.log('            token alone    validate    ratio      p50      p99');
  for (const [name, figures] of Object.entries(results)) {
    const { rawPerSecond, validatePerSecond, ratio, p50Ms, p99Ms } = figures;
    const cells = [
      `${rawPerSecond}/s`,
      `${validatePerSecond}/s`,
      `${(ratio * 100).toFixed(1)} %`,
      `${p50Ms} ms`,
    ];
    const widths = [14, 12, 9, 9];
    console.log(
      name.padEnd(9) +
        cells.map((cell, index) => cell.padStart(widths[index] ?? 0)).join('') +
        `${p99Ms} ms`.padStart(9),
    );
  }
}

await runCommand(main);
