import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { ROOT } from '../bootstrap/paths.mjs';

const TEMPLATE = join(ROOT, 'scripts/vectors/page/check-envelope.html');
const MODULE = join(ROOT, 'libs/client/src/check-envelope/index.ts');

/**
 * check-envelope as one page that needs nothing else: its own script and style, and a policy that lets nothing be loaded or
 * sent. Not minified, so that it can be read.
 */
export async function checkEnvelopePage(): Promise<string> {
  const template = readFileSync(TEMPLATE, 'utf8');
  const script = await bundled();
  const page = template.replace('CHECK_ENVELOPE', () => script);
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf('script', page)}`,
    `style-src ${hashOf('style', page)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ];
  return page.replace('CONTENT_SECURITY_POLICY', policy.join('; '));
}

async function bundled(): Promise<string> {
  const bundler = await rolldown({
    cwd: ROOT,
    input: MODULE,
    platform: 'browser',
    tsconfig: 'tsconfig.build.json',
  });
  try {
    const output = { format: 'iife', name: 'checkEnvelopeModule' } as const;
    const { output: files } = await bundler.generate(output);
    return files[0].code;
  } finally {
    await bundler.close();
  }
}

/** Content Security Policy Level 3, section 2.3.1. */
function hashOf(tag: 'script' | 'style', page: string): string {
  const [, text = ''] = page.split(`<${tag}>`);
  const [content = ''] = text.split(`</${tag}>`);
  return `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
}
