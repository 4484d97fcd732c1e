// Makes lists of what programs paste in place of lists.
import { BULLET } from "./symbols.js";

const LEVEL = /mso-list:[^;]*\blevel(\d)/i;
const NUMBER = /^\(?(\d{1,9}|[a-z]{1,5})[.)]/i;
const MAX_LEVEL = 4;

// Makes lists of Word's paragraphs, which say their level in a style, and of typed bullets.
export function makeLists(root) {
  const items = [...root.querySelectorAll("p, h1, h2, h3, h4, h5, h6, div")].filter((each) => !each.querySelector("p, div, li, table"));
  const found = new Map();
  for (const each of items) {
    const item = wordItem(each) ?? typedItem(each);
    if (item && !each.closest("li")) found.set(each, item);
  }
  for (const [first] of found) {
    if (!found.has(first) || !first.isConnected) continue;
    const group = [first];
    while (found.has(group.at(-1).nextElementSibling) && !textBetween(group.at(-1))) {
      group.push(group.at(-1).nextElementSibling);
    }
    first.before(...nested(group.map((each) => ({ ...found.get(each), element: each }))));
    for (const each of group) {
      each.remove();
      found.delete(each);
    }
  }
}

function textBetween(element) {
  return element.nextSibling?.nodeType === Node.TEXT_NODE && element.nextSibling.data.trim() !== "";
}

function wordItem(element) {
  const level = LEVEL.exec(element.dataset.style ?? "");
  if (!level) return null;
  const marker = element.querySelector('[data-style*="mso-list:Ignore" i]');
  const sign = marker?.textContent.trim() ?? "•";
  marker?.remove();
  return { level: Math.min(Number(level[1]), MAX_LEVEL), number: NUMBER.exec(sign)?.[1] ?? null };
}

function typedItem(element) {
  const sign = BULLET.exec(element.textContent.trimStart())?.[0];
  if (!sign) return null;
  dropStart(element, element.textContent.indexOf(sign) + sign.length);
  return { level: 1, number: null };
}

function dropStart(element, length) {
  let left = length;
  const walker = element.ownerDocument.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  while (left > 0 && walker.nextNode()) {
    const text = walker.currentNode;
    const cut = Math.min(left, text.length);
    text.deleteData(0, cut);
    left -= cut;
  }
}

// Returns the lists of items that have a level and a number or a bullet.
function nested(items) {
  const lists = [];
  const open = []; // the innermost list of each level
  for (const { level, number, element } of items) {
    const depth = Math.min(level, open.length + 1);
    open.length = Math.min(open.length, depth);
    const tag = number === null ? "UL" : "OL";
    if (open.length === depth && open[depth - 1].tagName !== tag) open.length = depth - 1;
    if (open.length < depth) {
      const list = element.ownerDocument.createElement(tag);
      if (/^\d+$/.test(number ?? "")) list.start = Number(number);
      if (depth === 1) lists.push(list);
      else open[depth - 2].lastElementChild.append(list);
      open.push(list);
    }
    const item = element.ownerDocument.createElement("li");
    item.append(...element.childNodes);
    open[depth - 1].append(item);
  }
  return lists;
}

// Moves lists that are children of a list, as Google Docs writes them, into the item above.
export function nestLists(root) {
  for (const list of root.querySelectorAll(":is(ul, ol) > :is(ul, ol)")) {
    const above = list.previousElementSibling;
    if (above?.tagName === "LI") above.append(list);
    else {
      const item = list.ownerDocument.createElement("li");
      list.before(item);
      item.append(list);
    }
  }
}
