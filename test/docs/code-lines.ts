/** The code blocks of one language in a Markdown page, as they stand there. */
export function codeBlocks(page: string, language: string): readonly string[] {
  const blocks = page.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'gms'));
  return [...blocks].map(([, text = '']) => text);
}

/** The command lines of a page, without what is said of them; one that goes on after a backslash is one. */
export function commandLines(page: string): readonly string[] {
  return codeBlocks(page, 'sh')
    .flatMap((block) => block.replaceAll(/\\\n\s*/g, '').split('\n'))
    .map((line) => line.replace(/\s+# .*/, '').trim())
    .filter((line) => line !== '');
}
