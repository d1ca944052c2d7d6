/** Makes DOM nodes without markup strings, so that a strict content policy holds and no text is ever read as HTML. */

export interface ElementOptions {
  class?: string;
  text?: string;
  /** Attributes by name; never `style`, which the content policy blocks. */
  attributes?: Readonly<Record<string, string>>;
  children?: readonly (Node | undefined)[];
}

/** A new element of the given tag. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  options: ElementOptions = {},
): HTMLElementTagNameMap[Tag] {
  const node = document.createElement(tag);
  if (options.class !== undefined) node.className = options.class;
  for (const [name, value] of Object.entries(options.attributes ?? {})) node.setAttribute(name, value);
  if (options.text !== undefined) node.textContent = options.text;
  for (const child of options.children ?? []) if (child !== undefined) node.append(child);
  return node;
}

/** Writes a text only where it differs: an unchanged node keeps its selection and costs no layout. */
export function setText(node: Element, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

/** Shows or hides a node. */
export function setShown(node: HTMLElement, isShown: boolean): void {
  if (node.hidden === isShown) node.hidden = !isShown;
}
