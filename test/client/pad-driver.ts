import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CDPSession, Frame, Page } from 'playwright-core';
import { expect } from 'vitest';
import { PROJECT_ROOT } from '../support/project-root.js';

interface DomNode {
  readonly nodeId: number;
  readonly backendNodeId: number;
  readonly nodeName: string;
  readonly nodeValue: string;
  readonly attributes?: readonly string[];
  readonly children?: readonly DomNode[];
  readonly shadowRoots?: readonly DomNode[];
  readonly contentDocument?: DomNode;
}

/** Looks at a page and acts on it as a person does: the shadow roots are closed, as they are delivered. */
export class PadDriver {
  private constructor(
    readonly page: Page,
    private readonly devtools: CDPSession,
    private readonly frame: Frame,
  ) {}

  /** @param frame which has a process of its own, where its origin is of another site */
  static async on(page: Page, frame?: Frame): Promise<PadDriver> {
    const devtools = await page.context().newCDPSession(frame ?? page);
    return new PadDriver(page, devtools, frame ?? page.mainFrame());
  }

  /** Every node of the page, those of closed shadow roots and frames among them. */
  async nodes(): Promise<readonly DomNode[]> {
    const { root } = await this.devtools.send('DOM.getDocument', { depth: -1, pierce: true });
    return flat(root);
  }

  /** The whole page as text: names and values of all attributes, all texts. */
  async everything(): Promise<string> {
    const nodes = await this.nodes();
    return nodes.map(({ attributes = [], nodeValue }) => [...attributes, nodeValue].join('\n')).join('\n');
  }

  /** The text of the elements with this part. */
  async text(part: string): Promise<string> {
    const nodes = (await this.nodes()).filter((node) => words(node, 'part').includes(part));
    return nodes.map(textOf).join(' ').trim();
  }

  /** What a screen reader is told besides. */
  async said(): Promise<string> {
    const status = (await this.nodes()).find((node) => words(node, 'class').includes('unseen'));
    return status === undefined ? '' : textOf(status);
  }

  async count(part: string): Promise<number> {
    return (await this.nodes()).filter((node) => words(node, 'part').includes(part)).length;
  }

  /** The labels of the keys as they lie, row after row. */
  async layout(): Promise<readonly string[]> {
    return (await this.nodes()).filter((node) => words(node, 'part').includes('digit')).map(textOf);
  }

  /** The middle of a button that says so, or has the part. */
  async place(label: string): Promise<{ readonly x: number; readonly y: number }> {
    const button = (await this.nodes()).find(
      (node) => node.nodeName === 'BUTTON' && (textOf(node) === label || words(node, 'part').includes(label)),
    );
    if (button === undefined) throw new Error(`no button ${label}`);
    const { backendNodeId } = button;
    const { model } = await this.devtools.send('DOM.getBoxModel', { backendNodeId });
    const [left = 0, top = 0, , , right = 0, bottom = 0] = model.border;
    return { x: (left + right) / 2, y: (top + bottom) / 2 };
  }

  /** Of all buttons. */
  async sizes(): Promise<readonly { readonly width: number; readonly height: number }[]> {
    const buttons = (await this.nodes()).filter(({ nodeName }) => nodeName === 'BUTTON');
    return await Promise.all(
      buttons.map(
        async ({ backendNodeId }) => (await this.devtools.send('DOM.getBoxModel', { backendNodeId })).model,
      ),
    );
  }

  async click(...labels: readonly string[]): Promise<void> {
    for (const label of labels) {
      const { x, y } = await this.place(label);
      await this.page.mouse.click(x, y);
    }
  }

  async tap(...labels: readonly string[]): Promise<void> {
    for (const label of labels) {
      const { x, y } = await this.place(label);
      await this.page.touchscreen.tap(x, y);
    }
  }

  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** When the keys of the keyboard go to the pad: frames of other processes get the focus a little later. */
  async expectFocus(): Promise<void> {
    await expect
      .poll(async () => await this.evaluate('document.hasFocus() && document.activeElement.localName'), {
        interval: 40,
      })
      .toBe('pinward-pin-pad');
  }

  /** Types digits and confirms, once the pad asks for them. */
  async enter(title: string, pin: string): Promise<void> {
    await this.expectText('title', title);
    await this.press(...pin, 'Enter');
  }

  async expectText(part: string, text: string): Promise<void> {
    await expect.poll(async () => await this.text(part), { interval: 40 }).toBe(text);
  }

  async evaluate<Value>(expression: string): Promise<Value> {
    return await this.frame.evaluate<Value>(expression);
  }
}

function flat(node: DomNode): DomNode[] {
  const { children = [], shadowRoots = [], contentDocument } = node;
  const below = [...shadowRoots, ...children, ...(contentDocument ? [contentDocument] : [])];
  return [node, ...below.flatMap(flat)];
}

function words({ attributes = [] }: DomNode, name: string): readonly string[] {
  const at = attributes.findIndex((attribute, index) => index % 2 === 0 && attribute === name);
  return at < 0 ? [] : (attributes[at + 1] ?? '').split(' ');
}

function textOf(node: DomNode): string {
  return flat(node)
    .map(({ nodeName, nodeValue }) => (nodeName === '#text' ? nodeValue : ''))
    .join('');
}

/** The code of docs/pin-pad.md after a heading, in a language. */
export function snippet(heading: string, language: string): string {
  const page = readFileSync(join(PROJECT_ROOT, 'docs/pin-pad.md'), 'utf8');
  const section = page.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  const [, code] = new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'ms').exec(section) ?? [];
  if (code === undefined) throw new Error(`docs/pin-pad.md shows no ${language} under ${heading}`);
  return code;
}
