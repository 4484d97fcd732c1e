// Keeps the document as Markdown can say it: lists next to each other are one, a table's first row
// is its head, and only lists of short items are without space.
import { isHistoryTransaction, Plugin } from "../../vendor/editor/editor.js";
import { schema } from "./schema.js";

const { nodes } = schema;
const isList = (node) => node?.type === nodes.bullet_list || node?.type === nodes.ordered_list;

export function tidy() {
  return new Plugin({
    appendTransaction(transactions, before, { doc, tr }) {
      // Undoing leads to what the text was, or what was tidied then.
      const isNew = transactions.some((each) => each.docChanged && !isHistoryTransaction(each));
      if (!isNew) return null;
      const known = new Set(before.doc.content.content);
      joinLists(tr);
      tr.doc.forEach((node, offset) => {
        if (!known.has(node)) tidyBlock(tr, node, offset);
      });
      return tr.doc.eq(doc) ? null : tr;
    },
  });
}

function joinLists(tr) {
  for (let at = firstPair(tr.doc); at !== null; at = firstPair(tr.doc)) tr.join(at);
}

// Returns the place between two lists that Markdown would read as one, or null.
function firstPair(doc) {
  let found = null;
  doc.descendants((node, at, parent, index) => {
    if (found !== null || node.isTextblock) return false;
    const next = parent.maybeChild(index + 1);
    const isSame = isList(node) && next?.type === node.type && next.attrs.mark === node.attrs.mark;
    if (isSame) found = at + node.nodeSize;
    return true;
  });
  return found;
}

// Changes attributes and types of nodes only, so that positions stay as they are.
function tidyBlock(tr, block, offset) {
  const visit = (node, at) => {
    if (isList(node)) setTight(tr, node, at);
    if (node.type === nodes.table) setHead(tr, node, at);
  };
  visit(block, offset);
  block.descendants((node, at) => visit(node, offset + 1 + at));
}

function setTight(tr, list, at) {
  const canBeTight = everyChild(list, isShort);
  const mustBeTight = list.childCount === 1 && list.firstChild.childCount === 1;
  const tight = mustBeTight || (list.attrs.tight && canBeTight);
  if (tight !== list.attrs.tight) tr.setNodeAttribute(at, "tight", tight);
}

function isShort(item) {
  if (item.childCount === 1) return true;
  const [first, second] = [item.firstChild, item.child(1)];
  const isNested = isList(second) && (second.attrs.order ?? 1) === 1;
  return item.childCount === 2 && first.type === nodes.paragraph && first.childCount > 0 && isNested;
}

function everyChild(node, test) {
  let result = true;
  node.forEach((child) => (result &&= test(child)));
  return result;
}

function setHead(tr, table, at) {
  table.forEach((row, rowAt, index) => {
    const type = index === 0 ? nodes.table_header : nodes.table_cell;
    row.forEach((cell, cellAt) => {
      if (cell.type === type) return;
      tr.setNodeMarkup(at + 1 + rowAt + 1 + cellAt, type, cell.attrs);
    });
  });
}
