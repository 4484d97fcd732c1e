// The restricted Markdown of releases/content/markup.py, with the same parser and the same rules, so
// that the editor reads a text as the site does.
import { MarkdownIt } from "../../vendor/editor/editor.js";

const RULES = ["escape", "newline", "blockquote", "list", "table", "emphasis", "link"];
const SAFE_LINK = /^(?:https?:\/\/[^/]|mailto:[^/]|tel:[+\d(]|\/(?![/\\])|#)/i;
const LINK_NOISE = /[\x00-\x20\x7f\\]/;
const CONTROL = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]/g;
const TAB_WIDTH = 4;
const MAX_INDENT = 12;
const TOO_INDENTED = new RegExp(`^ {${MAX_INDENT},}`, "gm");
const TOO_NESTED = /^(?:[ >]|[-+*](?= |$)|\d{1,9}[.)](?= |$)){18}/m;
const MARK = /\\[^]|[[*_]|^[ >]*(?:[-+>]|\d{1,9}[.)])/gm;

// A little below the site's own limits, above which it shows a text as written.
const MAX_MARKS = 4_000;
const MAX_CELLS = 20_000;
const MAX_LENGTH = 200_000; // characters that can be edited without delay

const normalized = new MarkdownIt().normalizeLink;
const parser = new MarkdownIt("zero").enable(RULES);
parser.normalizeLink = (address) => address; // kept as typed
parser.validateLink = (address) => isSafeLink(address);

// Returns whether the site links to the address.
export function isSafeLink(address) {
  const written = normalized(address);
  return SAFE_LINK.test(written) && !LINK_NOISE.test(written);
}

// Returns the text as the site parses it; it has the same lines.
export function prepared(source) {
  const clean = source.replace(CONTROL, "").toWellFormed();
  return clean.split("\n").map(expandTabs).join("\n").replace(TOO_INDENTED, " ".repeat(MAX_INDENT));
}

function expandTabs(line) {
  if (!line.includes("\t")) return line;
  let text = "";
  let width = 0;
  for (const character of line) {
    const blanks = character === "\t" ? TAB_WIDTH - (width % TAB_WIDTH) : 0;
    text += blanks ? " ".repeat(blanks) : character;
    width += blanks || 1;
  }
  return text;
}

export function parse(source) {
  return parser.parse(prepared(source), {});
}

export function parseInline(source) {
  return parser.parseInline(prepared(source), {})[0];
}

// Returns why the text can only be edited as Markdown, as a sentence; "" if it need not be.
export function whyMarkdownOnly(source) {
  if (source.length > MAX_LENGTH) return "This text is too long for the editor: edit it as Markdown.";
  const marks = (source.match(MARK) ?? []).filter((mark) => !mark.startsWith("\\")).length;
  const rows = source.includes("|") ? source.split("\n").map((line) => line.split("|").length) : [0];
  const cells = Math.max(...rows) * rows.length;
  const isTooMuch = marks > MAX_MARKS || cells > MAX_CELLS || TOO_NESTED.test(prepared(source));
  return isTooMuch ? "This text has too many marks for the editor: edit it as Markdown." : "";
}
