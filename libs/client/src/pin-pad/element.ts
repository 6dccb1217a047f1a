/**
 * What custom elements extend. Where there is no document (a server that renders pages) it is a plain class, so that
 * importing them does no harm.
 */
export const BaseElement: typeof HTMLElement =
  typeof HTMLElement === 'undefined' ? (Object as unknown as typeof HTMLElement) : HTMLElement;

/** Makes an element without a parser, which is all that Trusted Types and a strict policy leave. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string>> = {},
  children: readonly (Node | string)[] = [],
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** A drawing of strokes in a square of 24, in the colour of the text. */
export function icon(path: string): SVGElement {
  const svg = (tag: string, attributes: Readonly<Record<string, string>>) => {
    const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  };
  const drawing = svg('svg', { viewBox: '0 0 24 24', 'aria-hidden': 'true' });
  drawing.append(svg('path', { d: path }));
  return drawing;
}

/**
 * A shadow root that page scripts do not look into by the way: no shadowRoot, no composedPath() that names the key that
 * was pressed. It is no wall against a script that wants to (docs/pin-pad.md).
 */
export function closedRoot(host: HTMLElement, css: string): ShadowRoot {
  const root = host.attachShadow({ mode: 'closed', delegatesFocus: true });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
  return root;
}

/** A state for `:state(NAME)` in style sheets; browsers from before 2024 have none, and do without. */
export function setState({ states }: { readonly states?: CustomStateSet }, name: string): void {
  states?.clear();
  states?.add(name);
}
