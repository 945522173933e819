// Measures the layout of a page: returns a sentence for each word that is broken, text that leaves a box, and two
// things that overlap. Text in code and pre may break anywhere, and text for screen readers is not seen.
(() => {
  const problems = new Set();
  const isScroller = (style) => ['auto', 'scroll'].includes(style.overflowX) || ['auto', 'scroll'].includes(style.overflowY);
  const cut = (rect, box) => ({
    left: Math.max(rect.left, box.left), right: Math.min(rect.right, box.right),
    top: Math.max(rect.top, box.top), bottom: Math.min(rect.bottom, box.bottom),
  });
  const isEmpty = (rect) => rect.right - rect.left < 1 || rect.bottom - rect.top < 1;
  const isHidden = (element) => !element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) || element.closest('.sr, .skip') !== null ||
    getComputedStyle(element).clipPath !== 'none' ||
    element.closest('details:not([open])') !== null && element.closest('summary') === null;

  // layer returns the nearest element that floats above the rest of the page.
  const layer = (element) => {
    for (let one = element; one; one = one.parentElement) {
      if (['fixed', 'sticky', 'absolute'].includes(getComputedStyle(one).position)) return one;
    }
    return document.body;
  };
  // visible returns the part of a rectangle that the scrolling boxes around it show.
  const visible = (rect, element) => {
    for (let one = element; one; one = one.parentElement) {
      if (one !== document.body && isScroller(getComputedStyle(one))) rect = cut(rect, one.getBoundingClientRect());
    }
    return rect;
  };
  // leaves returns the element around a text that does not contain it, up to the next scrolling box.
  const leaves = (rect, element) => {
    for (let one = element; one && one !== document.body; one = one.parentElement) {
      const style = getComputedStyle(one);
      if (isScroller(style)) return null;
      if (style.display === 'inline' || style.display === 'contents') continue;
      const box = one.getBoundingClientRect();
      if (rect.left < box.left - 1 || rect.right > box.right + 1) return one;
      if (style.overflowY === 'hidden' && (rect.top < box.top - 3 || rect.bottom > box.bottom + 3)) return one;
      if (['fixed', 'absolute'].includes(style.position)) return null;
    }
    return rect.left < -1 || rect.right > document.documentElement.clientWidth + 1 ? document.body : null;
  };
  const name = (element) => `<${element.tagName.toLowerCase()} ${element.id ? `id=${element.id}` : `class="${element.className}"`}>`;

  const items = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const element = node.parentElement;
    if (isHidden(element) || ['OPTION', 'SELECT', 'SCRIPT'].includes(element.tagName)) continue;
    const isCode = element.closest('code, pre') !== null;
    for (const word of node.data.matchAll(/[^\s\-–/]+[\-–/]*/g)) {
      const range = document.createRange();
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      const rects = [...range.getClientRects()].filter((rect) => rect.width > 0.5);
      if (!isCode && new Set(rects.map((rect) => Math.round(rect.top))).size > 1) {
        problems.add(`“${word[0]}” is broken in ${name(element)}`);
      }
      for (const rect of rects) {
        const box = leaves(rect, element);
        if (box) problems.add(`“${word[0]}” leaves ${name(box)}`);
        const shown = visible(rect, element);
        if (!isEmpty(shown)) items.push({ rect: shown, element, text: word[0], layer: layer(element) });
      }
    }
  }
  for (const element of document.querySelectorAll('button, .button, input:not([type=hidden]), select, textarea')) {
    if (isHidden(element)) continue;
    const rect = element.getBoundingClientRect();
    const box = leaves(rect, element.parentElement);
    if (box) problems.add(`${name(element)} leaves ${name(box)}`);
    const shown = visible(rect, element.parentElement);
    if (!isEmpty(shown)) items.push({ rect: shown, element, text: name(element), layer: layer(element), isControl: true });
  }
  items.sort((a, b) => a.rect.top - b.rect.top);
  for (let i = 0; i < items.length; i++) {
    for (let j = i + 1; j < items.length && items[j].rect.top < items[i].rect.bottom - 3; j++) {
      const [a, b] = [items[i], items[j]];
      if (a.layer !== b.layer || (a.isControl || b.isControl) && (a.element.contains(b.element) || b.element.contains(a.element))) continue;
      const common = cut(a.rect, b.rect);
      if (common.right - common.left > 2 && common.bottom - common.top > 4) problems.add(`“${a.text}” overlaps “${b.text}”`);
    }
  }
  return [...problems];
})()
