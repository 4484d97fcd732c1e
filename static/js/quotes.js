// Replaces each <a data-quote> in an <article data-citation> by a button, where the browser can copy.
// It copies the paragraph, or the selected part of it, with the citation; [data-quote-status]
// reports the result and links to the page of the quote.
const FEEDBACK_TIME = 6000; // milliseconds

function textOf(paragraph) {
  const selection = getSelection();
  const range = selection.rangeCount ? selection.getRangeAt(0) : null;
  const selected = range?.intersectsNode(paragraph) ? selection.toString().trim() : "";
  if (selected) return selected;
  const copy = paragraph.cloneNode(true);
  copy.querySelectorAll("[id], .paragraph-links").forEach((part) => part.remove());
  copy.querySelectorAll("br").forEach((part) => part.replaceWith("\n"));
  return copy.textContent.trim();
}

function report(article, sentence, link) {
  const status = article.querySelector("[data-quote-status]");
  const more = Object.assign(document.createElement("a"), { href: link.href });
  more.textContent = article.dataset.more;
  status.replaceChildren(sentence, " ", more);
  clearTimeout(report.timer);
  report.timer = setTimeout(() => status.replaceChildren(), FEEDBACK_TIME);
}

async function copy(article, paragraph, link) {
  const citation = `${article.dataset.citation}#${paragraph.id}`;
  try {
    await navigator.clipboard.writeText(`${textOf(paragraph)}\n\n${citation}`);
    report(article, article.dataset.copied, link);
  } catch {
    report(article, article.dataset.failed, link);
  }
}

function button(article, paragraph, link) {
  const made = Object.assign(document.createElement("button"), { type: "button" });
  made.dataset.label = article.dataset.label; // shown by CSS, so that it is not part of the text
  made.setAttribute("aria-label", `${article.dataset.label}, ${paragraph.id.slice(1)}`);
  made.addEventListener("pointerdown", (event) => event.preventDefault()); // keeps the selection
  made.addEventListener("click", () => copy(article, paragraph, link));
  return made;
}

if (navigator.clipboard) {
  for (const article of document.querySelectorAll("article[data-citation]")) {
    for (const link of article.querySelectorAll("a[data-quote]")) {
      const paragraph = link.closest("[id]");
      link.replaceWith(button(article, paragraph, link));
    }
  }
}
