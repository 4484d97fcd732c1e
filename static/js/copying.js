// Copies, prints and shares. Buttons with [data-copy] or [data-print] appear where the browser can.
// They copy data-text, the text of the URL in data-address, or the element with the id in data-copies,
// also as HTML. [data-share] shares where the system can. [data-quote] copies its paragraph, or what is
// selected of it, with the citation, and [data-quote-status] reports that, with links.
const FEEDBACK_TIME = 2000; // milliseconds
const QUOTE_FEEDBACK_TIME = 12000;

// Writes text, and the same as HTML if there is any, to the clipboard. The text may be a promise:
// Safari allows copying only while a click is handled.
async function write(text, html = "") {
  if (!html || !window.ClipboardItem) return navigator.clipboard.writeText(await text);
  const blob = (content, type) => new Blob([content], { type });
  const item = new ClipboardItem({
    "text/plain": Promise.resolve(text).then((words) => blob(words, "text/plain")),
    "text/html": blob(html, "text/html"),
  });
  return navigator.clipboard.write([item]);
}

async function textFor(button) {
  if (button.dataset.address) {
    const response = await fetch(button.dataset.address);
    if (!response.ok) throw new Error(response.statusText);
    return response.text();
  }
  return button.dataset.text ?? document.getElementById(button.dataset.copies).innerText;
}

function htmlFor(button) {
  const copy = document.getElementById(button.dataset.copies)?.cloneNode(true);
  copy?.querySelectorAll(".paragraph-link").forEach((link) => link.remove());
  return copy?.innerHTML ?? "";
}

async function copy(button) {
  const label = button.innerHTML;
  try {
    await write(textFor(button), htmlFor(button));
    button.textContent = button.dataset.done;
  } catch {
    button.textContent = button.dataset.failed;
  }
  setTimeout(() => (button.innerHTML = label), FEEDBACK_TIME);
}

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
    QUOTE_FEEDBACK_TIME,
  );
}

async function copyQuote(article, paragraph, link) {
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
    copyQuote(article, link.closest("[id]"), link);
  });
}

for (const article of document.querySelectorAll("article[data-version]")) {
  for (const link of article.querySelectorAll("a[data-quote]")) link.search = `v=${article.dataset.version}`;
}

if (navigator.clipboard) {
  for (const button of document.querySelectorAll("button[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
  }
  for (const article of document.querySelectorAll("article[data-citation]")) {
    for (const link of article.querySelectorAll("a[data-quote]")) copiesOnClick(article, link);
  }
}

for (const button of document.querySelectorAll("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

async function share(event) {
  event.preventDefault();
  const { title, address } = event.currentTarget.dataset;
  try {
    await navigator.share({ title, url: address });
  } catch (error) {
    if (error.name !== "AbortError") location.assign(event.target.href);
  }
}

if (navigator.share) {
  for (const link of document.querySelectorAll("a[data-share]")) link.addEventListener("click", share);
}
