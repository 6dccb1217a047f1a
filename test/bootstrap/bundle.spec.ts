import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compiledFile, PROJECT_ROOT } from '#libs/program-files';

/** What a compiled program loads at once: its own file and the parts that it imports, one text. */
function textOf(program: string): string {
  const texts = new Map<string, string>();
  const load = (file: string): void => {
    if (texts.has(file)) return;
    const text = readFileSync(file, 'utf8');
    texts.set(file, text);
    for (const [, named] of text.matchAll(/^(?:import|export) (?:.* from )?"(\.[^"]+)";$/gm)) {
      if (named !== undefined) load(resolve(dirname(file), decodeURIComponent(named)));
    }
  };
  load(compiledFile(program));
  return [...texts.values()].join('\n');
}

/** Names of the packages whose code is in a program. */
function packagesIn(program: string): readonly string[] {
  const sources = textOf(program).matchAll(/^\/\/ node_modules\/((?:@[^/]+\/)?[^/]+)\//gm);
  return [...new Set([...sources].map(([, name]) => name ?? ''))];
}

describe('the compiled programs', () => {
  it('carry the packages they use', () => {
    const packages = packagesIn('apps/pin-service/src/main.js');
    for (const name of ['@nestjs/core', 'fastify', 'typeorm', 'pg']) expect(packages).toContain(name);
  });

  it.each(['host-main', 'worker-main'])(
    'have no framework, HTTP or database in the HSM host (%s)',
    (name) => {
      expect(textOf(`libs/hsm/src/host/${name}.js`)).toMatch(/^\/\/ libs\/hsm\/src\/host\//m);
      const packages = packagesIn(`libs/hsm/src/host/${name}.js`);
      expect(packages.filter((other) => /nest|fastify|typeorm|^pg|redis|pino|jose/.test(other))).toEqual([]);
    },
  );

  it('never look for a file beside themselves, since a part lies elsewhere than its source', () => {
    const sources = ['apps', 'libs', 'bench', 'softhsm', 'scripts'].flatMap((folder) =>
      readdirSync(join(PROJECT_ROOT, folder), { recursive: true, encoding: 'utf8' })
        .filter((path) => path.endsWith('.ts') && !path.endsWith('.spec.ts'))
        .map((path) => join(folder, path)),
    );
    const looking = sources.filter((path) =>
      readFileSync(join(PROJECT_ROOT, path), 'utf8').includes("new URL('./"),
    );
    expect(sources.length).toBeGreaterThan(500);
    expect(looking).toEqual([]);
  });

  it('have nothing that makes keys in the service', () => {
    const service = textOf('apps/pin-service/src/main.js');
    expect(service).toMatch(/^\/\/ libs\/hsm\/src\//m);
    expect(service).not.toMatch(/^\/\/ libs\/key-ceremony\/|"koffi"/m);
    expect(textOf('apps/pinctl/src/main.js')).toMatch(/^\/\/ libs\/key-ceremony\//m);
  });
});
