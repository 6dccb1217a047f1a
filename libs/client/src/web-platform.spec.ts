import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, it } from 'vitest';

/** Compiled as a browser would see it: no Node.js type, and so no Node.js global or module, is known. */
function compileForBrowsers(text: string): readonly string[] {
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2023,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
    types: [],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    customConditions: ['source'],
    strict: true,
    noEmit: true,
    // Of packages only how we use them is judged: standardwebhooks also takes a Buffer where there is one.
    skipLibCheck: true,
  };
  const entry = fileURLToPath(new URL('browser-entry.ts', import.meta.url));
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (file) => file === entry || fileExists(file);
  host.readFile = (file) => (file === entry ? text : readFile(file));
  host.getSourceFile = (file, target) =>
    file === entry ? ts.createSourceFile(file, text, target) : getSourceFile(file, target);
  const diagnostics = ts.getPreEmitDiagnostics(ts.createProgram([entry], options, host));
  return diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

it('needs nothing that a browser does not have', () => {
  expect(compileForBrowsers(`export { encryptPin } from './index.js';`)).toEqual([]);
});

it('would be found out if it did', () => {
  const faults = compileForBrowsers(`import 'node:crypto'; export const bytes = Buffer.alloc(0);`);
  expect(faults).toHaveLength(2);
});
