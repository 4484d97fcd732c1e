// The help of the editor: keys, and how its marks are written in Markdown.
import { element, openDialog } from "./dom.js";

const MARKDOWN = [
  ["Paragraph", "a blank line above it"],
  ["Bold", "**bold**"],
  ["Italic", "*italic*"],
  ["Link", "[words](https://example.gov/page)"],
  ["Bulleted list", "- one item a line"],
  ["Numbered list", "1. one item a line"],
  ["Quote", "> quoted words"],
  ["Line break", "\\ at the end of the line"],
  ["Table", "| Year | Cases |\n|---|---|\n| 2024 | 12 |"],
  ["A mark as it is", "\\* or \\_ or \\["],
];
const KEYS = [
  ["Bold, italic, link", "Ctrl+B, Ctrl+I, Ctrl+K"],
  ["Numbered list, bulleted list, quote", "Ctrl+Shift+7, 8, 9"],
  ["Nest or lift a list item", "Ctrl+] and Ctrl+["],
  ["Line break within a paragraph", "Shift+Enter"],
  ["Next cell of a table", "Tab"],
  ["To the tools, and back", "Alt+F10 and Esc"],
  ["Undo, redo", "Ctrl+Z, Ctrl+Y"],
  ["Paste without formatting", "Ctrl+Shift+V"],
];
const HEADINGS =
  "Headings belong to sections. The tool “Section heading” makes the paragraph at the cursor the heading of a new " +
  "section, which takes what follows it. ";
const PASTING =
  "Text pasted from Word, Google Docs, Outlook or a web page keeps its links, bold, italics, lists and " +
  "tables. The line below the text says what was left out.";

export function showHelp() {
  const close = element("button", { value: "close", class: "button default" }, "Close");
  const form = element("form", { method: "dialog" }, element("p", { class: "editor-dialog-buttons" }, close));
  const content = element("div", { tabindex: "0", class: "editor-help" });
  content.append(
    ...table("Keys", KEYS, (keys) => keys.replaceAll("Ctrl", /Mac|iP/.test(navigator.platform) ? "⌘" : "Ctrl")),
    ...table("In Markdown", MARKDOWN, (text) => element("code", {}, text)),
    element("p", {}, HEADINGS, PASTING),
  );
  openDialog("Help with writing", content, form);
  close.focus();
}

function table(title, rows, show) {
  const body = rows.map(([what, how]) =>
    element("tr", {}, element("th", { scope: "row" }, what), element("td", {}, show(how))),
  );
  return [element("h3", {}, title), element("table", {}, element("tbody", {}, ...body))];
}
