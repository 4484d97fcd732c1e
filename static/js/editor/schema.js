// What a text can consist of in the editor: exactly what the site renders.
import { Schema, tableNodes } from "../../vendor/editor/editor.js";

// A list is tight if its items are printed without space between them. `mark` is what its items
// begin with in Markdown: two lists next to each other need different ones.
const list = (tag, attrs, toAttributes) => ({
  content: "list_item+",
  group: "block",
  attrs,
  parseDOM: [{ tag, getAttrs: (dom) => (dom.start > 1 ? { order: dom.start } : {}) }],
  toDOM: (node) => [tag, { class: node.attrs.tight ? "tight" : null, ...toAttributes(node) }, 0],
});

const cellAttributes = {
  align: {
    default: null,
    getFromDOM: () => null,
    setDOMAttr: () => {}, // the site prints no alignment
  },
};

const nodes = {
  doc: { content: "block+" },
  paragraph: {
    content: "inline*",
    group: "block",
    parseDOM: [{ tag: "p" }],
    toDOM: () => ["p", 0],
  },
  blockquote: {
    content: "block+",
    group: "block",
    defining: true,
    parseDOM: [{ tag: "blockquote" }],
    toDOM: () => ["blockquote", 0],
  },
  bullet_list: list("ul", { tight: { default: true }, mark: { default: "-" } }, () => ({})),
  ordered_list: list(
    "ol",
    { order: { default: 1 }, tight: { default: true }, mark: { default: "." } },
    (node) => ({ start: node.attrs.order === 1 ? null : node.attrs.order }),
  ),
  list_item: {
    content: "block+",
    defining: true,
    parseDOM: [{ tag: "li" }],
    toDOM: () => ["li", 0],
  },
  ...tableNodes({ tableGroup: "block", cellContent: "text*", cellAttributes }),
  // Markdown that the editor cannot show faithfully, kept as written.
  raw: {
    group: "block",
    atom: true,
    attrs: { source: {} },
    toDOM: (node) => ["pre", { class: "raw-block" }, node.attrs.source],
  },
  text: { group: "inline" },
  hard_break: {
    inline: true,
    group: "inline",
    selectable: false,
    parseDOM: [{ tag: "br" }],
    toDOM: () => ["br"],
  },
};

const marks = {
  link: {
    attrs: { href: {}, title: { default: null } },
    inclusive: false,
    parseDOM: [{
      tag: "a[href]",
      getAttrs: (dom) => ({ href: dom.getAttribute("href"), title: dom.getAttribute("title") }),
    }],
    toDOM: (mark) => ["a", { href: mark.attrs.href, title: mark.attrs.title }, 0],
  },
  strong: {
    parseDOM: [{ tag: "strong" }, { tag: "b" }],
    toDOM: () => ["strong", 0],
  },
  em: {
    parseDOM: [{ tag: "em" }, { tag: "i" }],
    toDOM: () => ["em", 0],
  },
};

export const schema = new Schema({ nodes, marks });
