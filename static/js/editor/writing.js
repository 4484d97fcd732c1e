// Writes the editor's document as Markdown. Blocks that were not changed keep their source.
import { inlineMarkdown } from "./inline.js";
import { schema } from "./schema.js";

const { nodes } = schema;
const BLANK_LINE = "\n\n";
const HIGHEST_NUMBER = 999_999_999;
const RULES = { left: ":--", right: "--:", center: ":-:" };

// Writes documents that grow from one text, and remembers what is already written.
export class Writer {
  constructor({ kept, head }) {
    this.kept = kept;
    this.head = head;
    this.sources = new WeakMap(kept.map((block) => [block.node, block]));
    this.written = new WeakMap();
  }

  // Returns the Markdown, and whether it says all that the editor shows.
  write(doc) {
    let text = "";
    let isFaithful = true;
    let before = null;
    doc.forEach((node) => {
      const block = this.block(node, before);
      if (!block.text) return;
      text += (before ? gap(before, block) : this.above(block)) + block.text;
      isFaithful &&= block.isFaithful !== false;
      before = block;
    });
    if (!before) return { text: this.kept.length ? "" : this.head, isFaithful };
    if (before.index === this.kept.length - 1) text += before.gap;
    return { text, isFaithful };
  }

  // Returns how a block of the document is written: as it was, if it is the same.
  block(node, before) {
    const kept = this.sources.get(node) ?? this.equal(node, before);
    // Below another block, an indented one could be read as part of it.
    if (kept && (!/^\s/.test(kept.text) || isNext(before, kept))) return kept;
    if (!this.written.has(node)) this.written.set(node, blockMarkdown(node));
    return this.written.get(node);
  }

  isKept(node) {
    return this.sources.has(node);
  }

  // Returns the block that reads the same, such as after undoing: the next one, if several do.
  equal(node, before) {
    const all = this.kept.filter((block) => block.node.eq(node));
    const kept = all.find((block) => isNext(before, block)) ?? all[0];
    if (kept) this.sources.set(node, kept);
    return kept;
  }

  above(block) {
    return block.index === 0 ? this.head : "";
  }
}

function isNext(before, block) {
  return before ? before.index === block.index - 1 : block.index === 0;
}

function gap(before, block) {
  return before.index !== undefined && isNext(before, block) ? before.gap : BLANK_LINE;
}

// Returns the Markdown of one block, and whether it says all that the editor shows.
export function blockMarkdown(node) {
  const state = { isFaithful: true };
  const text = lines(node, state).join("\n");
  return { text, isFaithful: state.isFaithful };
}

// Written once for each node: a key in a long list changes one of its items.
const done = new WeakMap();

function lines(node, state) {
  if (!done.has(node)) {
    const own = { isFaithful: true };
    done.set(node, { lines: linesOf(node, own), isFaithful: own.isFaithful });
  }
  const found = done.get(node);
  state.isFaithful &&= found.isFaithful;
  return found.lines;
}

function linesOf(node, state) {
  switch (node.type) {
    case nodes.raw:
      return node.attrs.source.split("\n");
    case nodes.paragraph:
      return inline(node, state).split("\n");
    case nodes.blockquote:
      return content(node, state).map((line) => (line ? `> ${line}` : ">"));
    case nodes.table:
      return table(node, state);
    default:
      return list(node, state);
  }
}

function inline(block, state) {
  const { text, isFaithful } = inlineMarkdown(block);
  state.isFaithful &&= isFaithful;
  return text;
}

// Returns the lines of a node's blocks; empty paragraphs are left out.
function content(node, state, isTight = false) {
  const found = [];
  node.forEach((child) => {
    const block = lines(child, state);
    if (block.length === 1 && !block[0]) return;
    found.push(...(found.length && !isTight ? [""] : []), ...block);
  });
  return found.length ? found : [""];
}

function list(node, state) {
  const { tight, mark, order } = node.attrs;
  const found = [];
  node.forEach((item, _, at) => {
    const number = Math.min(order + at, HIGHEST_NUMBER);
    const marker = node.type === nodes.bullet_list ? mark : `${number}${mark}`;
    const [first, ...rest] = content(item, state, tight);
    const indent = " ".repeat(marker.length + 1);
    if (at && !tight) found.push("");
    found.push(`${marker} ${first}`.trimEnd(), ...rest.map((line) => line && indent + line));
  });
  return found;
}

function table(node, state) {
  const rows = [];
  node.forEach((row) => rows.push(cells(row, state)));
  const rules = [];
  node.firstChild.forEach((cell) => rules.push(RULES[cell.attrs.align] ?? "---"));
  return [rows[0], rules, ...rows.slice(1)].map((row) => `| ${row.join(" | ")} |`);
}

function cells(row, state) {
  const found = [];
  row.forEach((cell) => found.push(inline(cell, state).replaceAll("|", "\\|")));
  return found;
}
