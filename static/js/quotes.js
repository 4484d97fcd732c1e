// Lets each <a data-quote> in an <article data-citation> copy its paragraph, or the selected part of
// it, with the citation, where the browser can copy. [data-quote-status] reports the result, and links
// to the paragraph and to the page of the quote, where the link leads otherwise.
import { write } from "./clipboard.js";

const FEEDBACK_TIME = 12000; // milliseconds

function textOf(paragraph) {
  const selection = getSelection();
  const range = selection.rangeCount ? selection.getRangeAt(0) : null;
  const selected = range?.intersectsNode(paragraph) ? selection.toString().trim() : "";
  if (selected) return selected;
  const copy = paragraph.cloneNode(true);
  copy.querySelectorAll("[id], .paragraph-link").forEach((part) => part.remove());
  copy.querySelectorAll("br").forEach((part) => part.replaceWith("\n"));
  return copy.textContent.trim();
}

function element(name, properties, ...content) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...content);
  return made;
}

function htmlOf(words, citation, address) {
  const quote = element("blockquote", { cite: address }, element("p", {}, words));
  return quote.outerHTML + element("p", {}, element("a", { href: address }, citation)).outerHTML;
}

function report(article, sentence, paragraph, link) {
  const { link: toParagraph, more } = article.dataset;
  const links = [
    element("a", { href: `#${paragraph.id}` }, toParagraph),
    " · ",
    element("a", { href: link.href }, more),
  ];
  article.querySelector("[data-quote-status]").replaceChildren(sentence, " ", ...links);
  clearTimeout(report.timer);
  report.timer = setTimeout(
    () => article.querySelector("[data-quote-status]").replaceChildren(),
    FEEDBACK_TIME,
  );
}

async function copy(article, paragraph, link) {
  const citation = `${article.dataset.citation}#${paragraph.id}`;
  const address = citation.slice(citation.lastIndexOf(" ") + 1);
  const words = textOf(paragraph);
  try {
    await write(`${words}\n\n${citation}`, htmlOf(words, citation, address));
    report(article, article.dataset.copied, paragraph, link);
  } catch {
    report(article, article.dataset.failed, paragraph, link);
  }
}

function copiesOnClick(article, link) {
  link.addEventListener("pointerdown", (event) => event.preventDefault()); // keeps the selection
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    copy(article, link.closest("[id]"), link);
  });
}

if (navigator.clipboard) {
  for (const article of document.querySelectorAll("article[data-citation]")) {
    for (const link of article.querySelectorAll("a[data-quote]")) copiesOnClick(article, link);
  }
}
