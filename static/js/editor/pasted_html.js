// Reads HTML from the clipboard, as Word, Google Docs, Outlook, LibreOffice and web pages give it.
import { DOMParser as NodeParser, EditorState, Fragment } from "../../vendor/editor/editor.js";
import { isSafeLink } from "./dialect.js";
import { makeLists, nestLists } from "./pasted_lists.js";
import { makeTables } from "./pasted_tables.js";
import { schema } from "./schema.js";
import { inUnicode } from "./symbols.js";
import { tidy } from "./tidy.js";

const { nodes } = schema;
const MAX_LENGTH = 2_000_000; // characters
const NOTHING = "script, unread-style, meta, link, title, xml, template, noscript, base, head";
const IMAGES = "img, picture, svg, canvas, figure > :empty";
const OTHERS = "iframe, object, embed, video, audio, input, button, select, textarea, map";
const STYLED = (part) => `[data-style*="${part}" i]`;
const COMMENTS = `.MsoCommentReference, ${STYLED("mso-comment-reference")}, a[href^="#cmnt"]:not([href^="#cmnt_ref"])`;
const COMMENT_LISTS = `${STYLED("mso-element:comment-list")}, div:has(> p > a[href^="#cmnt_ref"])`;
const NOTES = `${STYLED("mso-footnote-id")}, ${STYLED("mso-endnote-id")}, .sdfootnoteanc, .sdendnoteanc, a[href^="#ftnt"]:not([href^="#ftnt_ref"])`;
const NOTE_LISTS = `${STYLED("mso-element:footnote-list")}, ${STYLED("mso-element:endnote-list")}, [id^="sdfootnote"], [id^="sdendnote"], div:has(> p > a[href^="#ftnt_ref"])`;
const USUAL_COLOR = /^(?:black|windowtext|inherit|initial|auto|transparent|white|none|rgb\(0, ?0, ?0\)|#000(?:000)?|#fff(?:fff)?)$/i;

// Counts what is left out, by its name.
class Dropped extends Map {
  add(name, number = 0) {
    this.set(name, (this.get(name) ?? 0) + number);
  }
}

// Returns the blocks, and a sentence that says what was left out.
export function readHtml(html) {
  const dropped = new Dropped();
  const root = parsed(html);
  for (const each of root.querySelectorAll(NOTHING)) each.remove();
  removeCounted(root, dropped);
  for (const each of root.querySelectorAll("*")) readStyle(each, dropped);
  for (const each of root.querySelectorAll("center")) each.replaceWith(asParagraph(each));
  readText(root);
  makeLists(root);
  nestLists(root);
  makeTables(root, dropped);
  for (const each of root.querySelectorAll("h1, h2, h3, h4, h5, h6")) readHeading(each, dropped);
  for (const each of root.querySelectorAll("a")) readLink(each, dropped);
  return { blocks: blocksOf(root), said: sentence(dropped) };
}

function parsed(html) {
  const cut = html.slice(0, MAX_LENGTH).split(/<!--\s*StartFragment\s*-->/i).at(-1).split(/<!--\s*EndFragment\s*-->/i)[0];
  // Under the CSP, the browser reports each style and script, even if nothing is shown.
  const quiet = cut.replace(/<[^<>]+>/g, (tag) =>
    tag.replace(/^(<\/?)(?=style\b)/i, "$1unread-").replace(/(\s)(?=(?:style|on[a-z]+)\s*=)/gi, "$1data-"));
  return new DOMParser().parseFromString(quiet, "text/html").body;
}

function removeCounted(root, dropped) {
  for (const each of root.querySelectorAll(`${COMMENT_LISTS}, ${NOTE_LISTS}`)) each.remove();
  const counted = [[IMAGES, "image"], [COMMENTS, "comment"], [NOTES, "footnote"], ["del", "deleted passage"], [OTHERS, "embedded part"], ["hr", "line"]];
  for (const [selector, name] of counted) {
    for (const each of root.querySelectorAll(selector)) {
      if (!each.isConnected) continue;
      dropped.add(name, 1);
      each.remove();
    }
  }
  for (const each of root.querySelectorAll("*")) {
    if (/^v:imagedata$/i.test(each.tagName)) dropped.add("image", 1);
  }
}

function declarations(element) {
  const found = {};
  for (const each of (element.dataset.style ?? "").split(";")) {
    const [name, ...value] = each.split(":");
    found[name.trim().toLowerCase()] = value.join(":").trim();
  }
  return found;
}

// Makes bold and italic elements of styles, and notes the others.
function readStyle(element, dropped) {
  const style = declarations(element);
  const tag = element.tagName;
  const weight = style["font-weight"] ?? "";
  if (/^(?:bold|[6-9]00)/i.test(weight)) wrap(element, "b");
  if (/^(?:italic|oblique)/i.test(style["font-style"] ?? "")) wrap(element, "i");
  const isPlain = (tag === "B" || tag === "STRONG") && /^(?:normal|[1-5]00)/i.test(weight);
  const isUpright = (tag === "I" || tag === "EM") && /^normal/i.test(style["font-style"] ?? "");
  const font = style["font-family"] ?? element.getAttribute("face") ?? "";
  if (font) for (const text of textsIn(element)) text.data = inUnicode(text.data, font);
  noteStyle(element, { ...style, font }, dropped);
  if (isPlain || isUpright) element.replaceWith(...element.childNodes);
}

function noteStyle(element, style, dropped) {
  const line = `${style["text-decoration"] ?? ""} ${style["text-decoration-line"] ?? ""}`;
  const raised = /^(?:super|sub)/i.test(style["vertical-align"] ?? "");
  const colors = [style.color, style.background, style["background-color"], element.getAttribute("color")];
  const found = {
    colors: colors.some((color) => color && !USUAL_COLOR.test(color)) && !element.closest("a"),
    fonts: Boolean(style.font || style["font-size"] || element.getAttribute("size")),
    underlining: (element.matches("u") || /underline/.test(line)) && !element.closest("a") && !element.querySelector("a"),
    strikethrough: element.matches("s, strike") || /line-through/.test(line),
    "raised or lowered letters": raised || element.matches("sup, sub"),
  };
  if (!element.textContent.trim()) return;
  for (const [name, isFound] of Object.entries(found)) if (isFound) dropped.add(name);
}

function wrap(element, tag) {
  if (element.closest(tag)) return;
  const made = element.ownerDocument.createElement(tag);
  made.append(...element.childNodes);
  element.append(made);
}

function textsIn(root) {
  const walker = root.ownerDocument.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) found.push(walker.currentNode);
  return found;
}

function readText(root) {
  for (const text of textsIn(root)) {
    text.data = inUnicode(text.data).replace(/[\u00ad\u200b\ufeff]/g, "").replace(/[\u00a0\u2007\u202f]/g, " ");
    const isLines = text.parentElement.closest("pre") && text.data.includes("\n");
    if (!isLines) continue;
    const lines = text.data.replace(/\n$/, "").split("\n");
    text.replaceWith(...lines.flatMap((line, at) => (at ? [root.ownerDocument.createElement("br"), line] : [line])));
  }
}

function asParagraph(element) {
  const made = element.ownerDocument.createElement(element.querySelector("p, div, table") ? "div" : "p");
  made.append(...element.childNodes);
  return made;
}

function readHeading(heading, dropped) {
  const line = asParagraph(heading);
  heading.replaceWith(line);
  if (!line.textContent.trim()) return;
  wrap(line, "b");
  dropped.add("headings (now bold lines)");
}

function readLink(link, dropped) {
  const address = direct(link.getAttribute("href") ?? "");
  if (isSafeLink(address) && !address.startsWith("#")) link.setAttribute("href", address);
  else {
    if (address && !address.startsWith("#") && link.textContent.trim()) dropped.add("link that works only at its source", 1);
    link.removeAttribute("href");
  }
  link.removeAttribute("title");
}

// Returns the address that Outlook and Google wrap in one of their own.
function direct(address) {
  const typed = address.trim();
  if (!URL.canParse(typed)) return typed;
  const { hostname, pathname, searchParams } = new URL(typed);
  if (hostname.endsWith(".safelinks.protection.outlook.com")) return searchParams.get("url") ?? typed;
  if (/^www\.google\.[a-z.]+$/.test(hostname) && pathname === "/url") return searchParams.get("q") ?? typed;
  return typed;
}

function blocksOf(root) {
  const read = NodeParser.fromSchema(schema).parse(root);
  const state = EditorState.create({ schema, plugins: [tidy()] });
  const content = Fragment.fromArray(withoutEmpty(read));
  if (!content.childCount) return [];
  return state.apply(state.tr.replaceWith(0, state.doc.content.size, content)).doc.content.content;
}

// Returns the node's blocks: a paragraph ends at two line breaks, and empty ones are left out.
function withoutEmpty(node) {
  return node.content.content.flatMap((child) => {
    if (child.type === nodes.paragraph) return paragraphs(child);
    if (child.type === nodes.table) return [child];
    const content = withoutEmpty(child);
    return content.length ? [child.copy(Fragment.fromArray(content))] : [];
  });
}

function paragraphs(paragraph) {
  const found = [[]];
  let breaks = 0;
  for (const child of paragraph.content.content) {
    const isBreak = child.type === nodes.hard_break;
    const isBlank = child.isText && !child.text.trim();
    if (isBreak) breaks += 1;
    else if (isBlank && breaks) continue;
    else if (breaks) {
      if (breaks > 1) found.push([]);
      else if (found.at(-1).length) found.at(-1).push(nodes.hard_break.create());
      breaks = 0;
      found.at(-1).push(child);
    } else found.at(-1).push(child);
  }
  const hasWords = (content) => content.some((child) => child.isText && child.text.trim());
  return found.filter(hasWords).map((content) => nodes.paragraph.create({}, content));
}

function sentence(dropped) {
  const names = [...dropped].map(([name, number]) => {
    if (!number) return name;
    return number === 1 ? `1 ${name}` : `${number} ${name.replace(/^(\w+(?: \w+)?)$/, "$1s").replace("link that works", "links that work").replace("its", "their")}`;
  });
  return names.length ? `Pasted. Left out: ${names.join(", ")}.` : "Pasted.";
}
