/**
 * What is asked of a document from within the browser, as source: it runs there and not here. Each
 * is an expression.
 */

/** By how many pixels the document is wider than its window. */
export const SCROLLS_BY =
  'document.documentElement.scrollWidth - document.documentElement.clientWidth';

/** The words that the browser lays out. */
export const WORDS = 'document.body.innerText';

/** The elements of the body with their attributes and texts, as JSON: `[name, attributes, …]`. */
export const TREE = `(() => {
  const inner = (node) => [...(node.content ?? node).childNodes].map((child) => {
    if (child.nodeType === 3) return child.data;
    if (child.nodeType !== 1) return [child.nodeName];
    const attributes = [...child.attributes].map(({ name, value }) => [name, value]).sort();
    const space = child.namespaceURI === 'http://www.w3.org/1999/xhtml' ? '' : child.namespaceURI + ' ';
    return [space + child.localName, Object.fromEntries(attributes), ...inner(child)];
  });
  return JSON.stringify(inner(document.body));
})()`;

/**
 * Words that are in the document and that nobody can see, each with the reason: not laid out, out
 * of the window's reach, too small, as the ground behind them, or under something else.
 */
export const HIDDEN = `(() => {
  const found = [];
  const colour = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
  const groundOf = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const [r, g, b, alpha = 1] = colour(getComputedStyle(at).backgroundColor);
      if (alpha > 0.5) return [r, g, b];
    }
    const isDark = matchMedia('(prefers-color-scheme: dark)').matches &&
      getComputedStyle(document.documentElement).colorScheme.includes('dark');
    return isDark ? [18, 18, 18] : [255, 255, 255];
  };
  const light = (rgb) => {
    const [r, g, b] = rgb.map((value) => {
      const part = value / 255;
      return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const reasonFor = (text, element) => {
    const seen = { opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true };
    if (!element.checkVisibility(seen)) return 'not laid out';
    const range = document.createRange();
    range.selectNodeContents(text);
    const boxes = [...range.getClientRects()].filter(({ width, height }) => width > 0 && height > 0);
    if (boxes.length === 0) return 'no room';
    const [x, y] = [scrollX, scrollY];
    const isWithin = boxes.some((box) => box.right + x > 0 && box.bottom + y > 0);
    if (!isWithin) return 'out of reach';
    const style = getComputedStyle(element);
    if (parseFloat(style.fontSize) < 6) return 'too small';
    const [r, g, b, alpha = 1] = colour(style.color);
    const [one, other] = [light([r, g, b]), light(groundOf(element))].sort((p, q) => q - p);
    if (alpha < 0.2 || (one + 0.05) / (other + 0.05) < 1.3) return 'as its ground';
    if (element.closest('details:not([open])') !== null && element.closest('summary') === null)
      return 'folded';
    for (let at = element; at !== null && at !== document.body; at = at.parentElement) {
      const { overflow } = getComputedStyle(at);
      const box = at.getBoundingClientRect();
      if (overflow === 'hidden' && (box.width < 2 || box.height < 2)) return 'clipped';
    }
    return null;
  };
  const walk = (node) => {
    for (const child of node.childNodes) {
      if (child.nodeType === 1) {
        walk(child.content ?? child);
        continue;
      }
      if (child.nodeType === 8) {
        found.push('in a comment: ' + child.data.slice(0, 60));
        continue;
      }
      if (child.nodeType !== 3 || child.data.trim() === '') continue;
      const parent = child.parentElement;
      const reason = parent === null ? 'in a template' : reasonFor(child, parent);
      if (reason !== null) found.push(reason + ': ' + child.data.trim().slice(0, 60));
    }
  };
  walk(document.body);
  return found;
})()`;

/** Attributes that would run something or load it when touched, though nothing did by itself. */
export const ARMED = `(() => {
  const found = [];
  for (const element of document.querySelectorAll('*')) {
    for (const { name, value } of element.attributes) {
      const plain = value.replace(/[\\s\\u0000-\\u0020]+/g, '').toLowerCase();
      const isRun = name.startsWith('on') || name === 'srcdoc';
      const isCode = /^(?:javascript|vbscript|data:text|data:application|file|blob):?/.test(plain);
      if (isRun || isCode) found.push(element.localName + ' ' + name + '="' + value.slice(0, 60) + '"');
    }
  }
  return found;
})()`;
