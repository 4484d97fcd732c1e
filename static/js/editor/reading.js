// Reads Markdown as the editor's document, and records the source of each block.
import { parse, prepared } from "./dialect.js";
import { blocksOf, blocksOfTokens, UnrepresentableError } from "./nodes.js";
import { schema } from "./schema.js";
import { shape } from "./shape.js";
import { blockMarkdown } from "./writing.js";

const { nodes } = schema;

function node(tokens, source) {
  try {
    const [found] = blocksOfTokens(tokens);
    if (isReadBack(found)) return found;
  } catch (error) {
    if (!(error instanceof UnrepresentableError)) throw error;
  }
  return nodes.raw.create({ source });
}

// Returns whether the block, written as Markdown, reads as the same block.
function isReadBack(block) {
  const again = blocksOf(blockMarkdown(block).text);
  return again.length === 1 && shape(again[0]) === shape(block);
}

// Returns the document, and its blocks in order: each with its node, its source, and what separates
// it from the next one. `head` is what is above the first one.
export function read(source) {
  const tokens = parse(source);
  const lines = new Lines(source);
  const kept = [];
  for (let at = 0; at < tokens.length; ) {
    const start = at;
    while (tokens[at].level !== 0 || tokens[at].nesting === 1) at += 1;
    at += 1;
    const [from, to] = lines.span(tokens[start].map);
    const text = source.slice(from, to);
    kept.push({ node: node(tokens.slice(start, at), text), text, from, to, index: kept.length });
  }
  kept.forEach((block, at) => (block.gap = source.slice(block.to, kept[at + 1]?.from)));
  const blocks = kept.map((block) => block.node);
  const doc = nodes.doc.create({}, blocks.length ? blocks : [nodes.paragraph.create()]);
  return { doc, kept, head: source.slice(0, kept[0]?.from) };
}

class Lines {
  constructor(source) {
    this.blank = prepared(source).split("\n").map((line) => /^ *$/.test(line));
    this.starts = [0];
    for (const match of source.matchAll(/\n/g)) this.starts.push(match.index + 1);
    this.starts.push(source.length + 1);
  }

  // Returns the characters of these lines without blank lines at their end.
  span([first, end]) {
    let last = end;
    while (last > first + 1 && this.blank[last - 1]) last -= 1;
    return [this.starts[first], this.starts[last] - 1];
  }
}
