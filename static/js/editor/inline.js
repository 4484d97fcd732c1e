// Writes the words of one paragraph or table cell as Markdown.
import { parse, parseInline } from "./dialect.js";
import { inlineNodes } from "./nodes.js";
import { schema } from "./schema.js";
import { inlineShape } from "./shape.js";

const { marks, nodes } = schema;

// What the dialect would read as markup, as `_MARKUP` in releases/content/markup.py has it.
const MARKUP = new RegExp(
  [
    "^(?:[-+](?=[ \\t]|$)|[>*])", // a bullet or quote
    "(?<=\\n)[|:\\-](?=[|: \\-]*$)", // the rule of a table
    "^\\d{1,9}(?=[.)](?:[ \\t]|$))", // a number with its period
    "\\\\(?=[!-\\/:-@\\[-`{-~\\n]|$)",
    "(?<=\\S)\\*|\\*(?=\\S)",
    "(?<![\\p{L}\\p{N}])_|_(?![\\p{L}\\p{N}])",
    "\\](?=\\()",
  ].join("|"),
  "gmu",
);
const ANY_MARK = /[\\*_[\]]|^(?:[-+>|:]|\d{1,9}(?=[.)]))/gm;
const ENTITY = /&(?=#?\w+;)/g;
const PUNCTUATION = "[!-/:-@\\[-`{-~]";
const ESCAPING = new RegExp(`\\\\(?=${PUNCTUATION})`, "g");

// Ways to write emphasis, tried in order until one reads back as meant. CommonMark knows no markup
// for some, such as bold punctuation inside a word: there the marks are left out.
const PLAIN = { em: "*", strong: "**", pattern: MARKUP, without: [] };
const PLANS = [
  PLAIN,
  { ...PLAIN, em: "_" },
  { ...PLAIN, strong: "__" },
  { ...PLAIN, pattern: ANY_MARK },
  { ...PLAIN, em: "_", pattern: ANY_MARK },
  { ...PLAIN, without: [marks.em] },
  { ...PLAIN, without: [marks.strong] },
  { ...PLAIN, without: [marks.em, marks.strong] },
  { ...PLAIN, without: [marks.em, marks.strong], pattern: ANY_MARK },
  { ...PLAIN, without: [marks.em, marks.strong, marks.link], pattern: ANY_MARK },
];

// Returns the Markdown of a paragraph or cell, and whether it says all that the editor shows.
export function inlineMarkdown(block) {
  for (const plan of PLANS) {
    const wanted = without(block, plan.without);
    const text = write(wanted, plan);
    if (readsAs(text, wanted)) return { text, isFaithful: inlineShape(wanted) === inlineShape(block) };
  }
  return { text: write(block, PLAIN), isFaithful: false };
}

function without(block, types) {
  if (!types.length) return block;
  const content = [];
  block.forEach((child) => {
    content.push(child.mark(child.marks.filter((mark) => !types.includes(mark.type))));
  });
  return block.type.create(block.attrs, content);
}

function readsAs(text, wanted) {
  const isCell = wanted.type !== nodes.paragraph;
  const tokens = isCell ? [parseInline(text)] : parse(text);
  if (!isCell && !text) return true;
  if (!isCell && (tokens.length !== 3 || tokens[0].type !== "paragraph_open")) return false;
  try {
    const read = inlineNodes(tokens[isCell ? 0 : 1]);
    return inlineShape(wanted.type.create(wanted.attrs, read)) === inlineShape(wanted);
  } catch {
    return false; // emphasis in emphasis, or a break in a cell
  }
}

function write(block, plan) {
  const { text, spans } = trimmed(block);
  const escaped = escapedAt(text, spans, plan.pattern);
  let written = "";
  for (let at = 0; at <= text.length; at += 1) {
    written += closing(spans, at, plan) + opening(spans, at, plan);
    if (at === text.length) break;
    written += (escaped.has(at) || text[at] === "\n" ? "\\" : "") + text[at];
  }
  return written;
}

// Returns the words without blanks at the ends of lines, and where each mark begins and ends: no two
// overlap in part, and none begins or ends with a blank.
function trimmed(block) {
  const units = [];
  block.forEach((child) => {
    const text = child.isText ? child.text.replaceAll("\n", " ") : "\n";
    for (const unit of text.split("")) units.push({ unit, marks: child.marks });
  });
  const kept = units.filter(({ unit }, at) => unit !== " " || !isAtLineEnd(units, at));
  while (kept.length && /\s/.test(kept.at(-1).unit)) kept.pop();
  while (kept.length && /\s/.test(kept[0].unit)) kept.shift();
  return { text: kept.map(({ unit }) => unit).join(""), spans: spansOf(kept) };
}

function isAtLineEnd(units, at) {
  const isNext = (step) => {
    let other = at + step;
    while (units[other]?.unit === " ") other += step;
    return units[other] === undefined || units[other].unit === "\n";
  };
  return isNext(1) || isNext(-1);
}

function spansOf(units) {
  const links = runsOf(units, marks.link);
  const strong = split(runsOf(units, marks.strong), links);
  const em = split(split(runsOf(units, marks.em), links), strong);
  const isBlank = (at) => /\s/.test(units[at].unit);
  const spans = [...links, ...strong, ...em].map((span) => {
    let { from, to } = span;
    while (from < to && isBlank(from)) from += 1;
    while (to > from && isBlank(to - 1)) to -= 1;
    return { ...span, from, to };
  });
  return spans.filter(({ from, to }) => from < to);
}

function runsOf(units, type) {
  const found = [];
  units.forEach(({ marks: all }, at) => {
    const mark = type.isInSet(all);
    if (!mark) return;
    const last = found.at(-1);
    if (last?.to === at && last.mark.eq(mark)) last.to = at + 1;
    else found.push({ type, mark, from: at, to: at + 1 });
  });
  return found;
}

// Cuts each span where one of the others begins or ends inside it without being inside it itself.
function split(spans, others) {
  return spans.flatMap((span) => {
    const overlaps = ({ from, to }) =>
      (from < span.from && to > span.from && to < span.to) ||
      (to > span.to && from > span.from && from < span.to);
    const cuts = others.filter(overlaps).map(({ from, to }) => (from > span.from ? from : to));
    const ends = [span.from, ...cuts.sort((one, other) => one - other), span.to];
    return ends.slice(1).map((to, at) => ({ ...span, from: ends[at], to }));
  });
}

// Returns the places that get a backslash.
function escapedAt(text, spans, pattern) {
  const found = new Set();
  for (const match of text.matchAll(pattern)) {
    found.add(/^\d/.test(match[0]) ? match.index + match[0].length : match.index);
  }
  for (const { from, to, type } of spans) {
    for (const at of [from - 1, from, to - 1, to]) if (/[*_\\]/.test(text[at] ?? "")) found.add(at);
    for (let at = from; type === marks.link && at < to; at += 1) {
      if (/[[\]]/.test(text[at])) found.add(at);
    }
  }
  return found;
}

const ORDER = [marks.link, marks.strong, marks.em];

function opening(spans, at, plan) {
  const begin = spans.filter(({ from }) => from === at);
  begin.sort((one, other) => other.to - one.to || rank(one) - rank(other));
  return begin.map((span) => (span.type === marks.link ? "[" : plan[span.type.name])).join("");
}

function closing(spans, at, plan) {
  const end = spans.filter(({ to }) => to === at);
  end.sort((one, other) => other.from - one.from || rank(other) - rank(one));
  return end.map((span) => (span.type === marks.link ? linkEnd(span) : plan[span.type.name])).join("");
}

function rank(span) {
  return ORDER.indexOf(span.type);
}

function linkEnd({ mark: { attrs } }) {
  const title = attrs.title ? ` "${escapedIn(attrs.title, /"/g).replace(/\s+/g, " ")}"` : "";
  return `](${destination(attrs.href)}${title})`;
}

function destination(href) {
  const isPlain = href && !/[\s<>()]/.test(href);
  return isPlain ? escapedIn(href, /(?!)/g) : `<${escapedIn(href, /[<>]/g)}>`;
}

function escapedIn(text, marksToEscape) {
  return text.replace(ESCAPING, "\\\\").replace(marksToEscape, "\\$&").replace(ENTITY, "\\&");
}
