// SPDX-License-Identifier: Apache-2.0
// Judges a page in the tests' own language (PseudoLanguage): takes what is data, gives what is wrong. A sentence with an element in it lies in
// several texts, so that its brackets are apart; its letters all have accents, so that a plain letter outside of a pair of brackets is English
// that is left, or data.
data => {
  const wrong = [];
  const id = /([A-Za-z]+-)?\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b[0-9a-f]{8}\b/g;
  const address = /https?:\/\/\S+/g, event = /\b[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*\b/g;
  const isEnglish = text => {
    let rest = text;
    for (let before = ''; before !== rest;) { before = rest; rest = rest.replace(/\[[^\[\]]*\]/g, ''); }
    for (const one of data) rest = rest.replaceAll(one, '');
    return /[A-Za-z]/.test(rest.replace(address, '').replace(id, '').replace(event, ''));
  };
  const skipped = 'script, style, noscript, code, kbd, time, canvas, [lang="en"], .secret, .brand';
  const texts = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const { parentElement: near, data: text } = texts.currentNode;
    if (!near.closest(skipped) && isEnglish(text)) wrong.push(`in ${near.tagName}#${near.id}: ${text}`);
  }
  const attributes = ['aria-label', 'title', 'placeholder', 'alt'];
  for (const one of document.querySelectorAll(attributes.map(name => `[${name}]`).join())) {
    if (one.matches('time, .badge')) continue; // their title is an instant
    for (const name of attributes) {
      const text = one.getAttribute(name);
      if (text && isEnglish(text)) wrong.push(`${name} of ${one.tagName}#${one.id}: ${text}`);
    }
  }
  const fits = where => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth) wrong.push(`${where} is ${scrollWidth} wide, in ${clientWidth}`);
    for (const one of document.querySelectorAll('button, a, summary, legend, h1, h2, label, p, dd, .badge')) {
      // These scroll, or are cut with three dots, on purpose.
      if (one.closest('.scroll, .grid, .stage, .thumbnails, .skip')) continue;
      if (one.clientWidth > 0 && one.scrollWidth > one.clientWidth + 1) {
        wrong.push(`${where}: ${one.tagName}#${one.id} overflows: ${one.textContent}`);
      }
    }
  };
  fits('the page');
  for (const dialog of document.querySelectorAll('dialog:not([open])')) {
    dialog.showModal();
    fits(`the dialog ${dialog.id}`);
    dialog.close();
  }
  return wrong;
}
