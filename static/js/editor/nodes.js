// Makes the editor's nodes from the parser's tokens.
import { parse } from "./dialect.js";
import { schema } from "./schema.js";

const { nodes, marks } = schema;
const MARKS = { em: marks.em, strong: marks.strong, link: marks.link };
const CELLS = { th_open: nodes.table_header, td_open: nodes.table_cell };
const ROW_GROUP = /^(?:thead|tbody)_(?:open|close)$/;

// Markup that the editor's nodes cannot represent.
export class UnrepresentableError extends Error {}

class Reader {
  constructor(tokens) {
    this.tokens = tokens.filter((token) => !ROW_GROUP.test(token.type));
    this.at = 0;
  }

  // Reads nodes up to and including the token that ends them.
  until(end) {
    const found = [];
    while (this.tokens[this.at].type !== end) found.push(this.next());
    this.at += 1;
    return found;
  }

  next() {
    const token = this.tokens[this.at++];
    const close = token.type.replace("_open", "_close");
    switch (token.type) {
      case "paragraph_open": {
        const [inline] = this.tokens.slice(this.at, (this.at += 2));
        return nodes.paragraph.create({}, inlineNodes(inline));
      }
      case "blockquote_open":
        return nodes.blockquote.create({}, filled(this.until(close)));
      case "list_item_open":
        return nodes.list_item.create({}, filled(this.until(close)));
      case "bullet_list_open":
      case "ordered_list_open":
        return this.list(token, close);
      case "table_open":
        return nodes.table.create({}, this.until(close));
      case "tr_open":
        return nodes.table_row.create({}, this.until(close));
      default:
        return this.cell(token);
    }
  }

  list(token, close) {
    const tight = this.isTight(token.level + 2);
    const mark = token.markup;
    if (token.type === "bullet_list_open") {
      return nodes.bullet_list.create({ tight, mark }, this.until(close));
    }
    const order = Number(token.attrGet("start") ?? 1);
    return nodes.ordered_list.create({ order, tight, mark }, this.until(close));
  }

  // Returns whether the paragraphs of the list's items, at this level, are without space.
  isTight(level) {
    for (let at = this.at; this.tokens[at].level >= level - 1; at += 1) {
      const token = this.tokens[at];
      if (token.type === "paragraph_open" && token.level === level) return token.hidden;
    }
    return true;
  }

  cell(token) {
    const [inline] = this.tokens.slice(this.at, (this.at += 2));
    const align = token.attrGet("style")?.replace("text-align:", "") ?? null;
    return CELLS[token.type].create({ align }, inlineNodes(inline));
  }
}

function filled(content) {
  return content.length ? content : [nodes.paragraph.create()];
}

export function inlineNodes(token) {
  const found = [];
  let active = [];
  for (const child of token.children) {
    const name = child.type.replace(/_(?:open|close)$/, "");
    if (child.nesting === 1) active = opened(active, name, child);
    else if (child.nesting === -1) active = active.filter((mark) => mark.type !== MARKS[name]);
    else if (child.type === "hardbreak") found.push(nodes.hard_break.create());
    else if (child.type === "softbreak") found.push(schema.text(" ", active));
    else if (child.content) found.push(schema.text(child.content, active));
  }
  return found;
}

function opened(active, name, token) {
  const type = MARKS[name];
  if (type.isInSet(active)) throw new UnrepresentableError(`${name} in ${name}`);
  const { href, title } = Object.fromEntries(token.attrs ?? []);
  return type.create(name === "link" ? { href, title } : {}).addToSet(active);
}

// Returns the blocks of a text. Throws UnrepresentableError.
export function blocksOf(source) {
  return blocksOfTokens(parse(source));
}

export function blocksOfTokens(tokens) {
  const reader = new Reader(tokens);
  const found = [];
  while (reader.at < reader.tokens.length) found.push(reader.next());
  return found;
}
