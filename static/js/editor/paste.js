// Pasting into an editor: HTML is read here, plain text by the rules of the import on the server.
import { Fragment, isInTable, Slice, TextSelection } from "../../vendor/editor/editor.js";
import { isSafeLink } from "./dialect.js";
import { completed } from "./link_dialog.js";
import { blocksOf } from "./nodes.js";
import { readHtml } from "./pasted_html.js";
import { schema } from "./schema.js";
import { Writer } from "./writing.js";

const IMAGES_BELOW = "Images are not part of the text: add them below, under Images.";
const OWN = "data-pm-slice"; // HTML that an editor of ours copied

// Returns whether the paste is dealt with here. `field` has `view`, `say`, `address` and `token`.
export function pasteInto(field, event) {
  const isDone = take(field, contents(event.clipboardData));
  if (isDone) event.preventDefault();
  return isDone;
}

// Returns whether what was dragged from elsewhere is dealt with here.
export function dropInto(field, event) {
  const { view } = field;
  const place = view.posAtCoords({ left: event.clientX, top: event.clientY });
  if (view.dragging || !place) return false;
  view.dispatch(view.state.tr.setSelection(TextSelection.near(view.state.doc.resolve(place.pos))));
  const isDone = take(field, contents(event.dataTransfer));
  if (isDone) event.preventDefault();
  return isDone;
}

function take(field, { html, text, hasFiles }) {
  if (html.includes(OWN)) return false;
  if (pasteLink(field.view, text)) return true;
  if (html) return insertHtml(field, html);
  if (text.trim().includes("\n")) {
    void insertPlain(field, text);
    return true;
  }
  if (hasFiles && !text) field.say(IMAGES_BELOW);
  return hasFiles && !text;
}

// Pastes HTML into a text field as Markdown.
export function pasteAsMarkdown(field, event) {
  const { html } = contents(event.clipboardData);
  if (!html || html.includes(OWN)) return;
  const { blocks, said } = readHtml(html);
  if (!blocks.length) return;
  event.preventDefault();
  // Unlike setting the value, this can be undone.
  document.execCommand("insertText", false, markdownOf(blocks));
  field.say(said);
}

export function markdownOf(blocks) {
  const doc = schema.nodes.doc.create({}, blocks);
  return new Writer({ kept: [], head: "" }).write(doc).text;
}

function contents(transfer) {
  return {
    html: transfer.getData("text/html"),
    text: transfer.getData("text/plain"),
    hasFiles: transfer.files.length > 0,
  };
}

// Makes a link of the selected words, if an address is pasted over them.
function pasteLink(view, text) {
  const { from, to, empty } = view.state.selection;
  const address = completed(text);
  if (empty || /\s/.test(text.trim()) || !isSafeLink(address) || !/^\S+[.:]\S+$/.test(address)) return false;
  view.dispatch(view.state.tr.addMark(from, to, schema.marks.link.create({ href: address })));
  return true;
}

function insertHtml(field, html) {
  const { blocks, said } = readHtml(html);
  insert(field.view, blocks);
  field.say(said);
  return true;
}

async function insertPlain(field, text) {
  const plain = { blocks: asParagraphs(text), said: "Pasted as plain paragraphs." };
  const read = await readPlain(field, text).catch(() => null);
  const { blocks, said } = read ?? plain;
  insert(field.view, blocks);
  field.say(said);
}

async function readPlain({ address, token }, text) {
  const response = await fetch(address, {
    method: "POST",
    body: new URLSearchParams({ text }),
    headers: { "X-CSRFToken": token },
    redirect: "manual",
  });
  if (!response.ok) return null;
  const { markdown, notes } = await response.json();
  return { blocks: blocksOf(markdown), said: ["Pasted.", ...notes].join(" ") };
}

function asParagraphs(text) {
  const lines = text.split(/\n+/).filter((line) => line.trim());
  return lines.map((line) => schema.nodes.paragraph.create({}, schema.text(line.trim())));
}

function insert(view, blocks) {
  if (!blocks.length) return;
  const { tr } = view.state;
  if (isInTable(view.state)) {
    tr.insertText(blocks.map((block) => block.textBetween(0, block.content.size, " ", " ")).join(" "));
  } else {
    const isOpen = (block) => Number(block.type === schema.nodes.paragraph);
    tr.replaceSelection(new Slice(Fragment.from(blocks), isOpen(blocks[0]), isOpen(blocks.at(-1))));
  }
  view.dispatch(tr.scrollIntoView().setMeta("paste", true));
}
