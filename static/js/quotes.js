// <article data-citation> holds paragraphs with <a data-quote>, which leads to a page with the quote.
// Where the browser can copy, a button takes the link's place: it copies the paragraph's words, or
// what of the text is selected there, with the citation; [data-quote-status] says so.
const SAID_FOR = 6000; // milliseconds

function wordsOf(paragraph) {
  const selection = getSelection();
  const range = selection.rangeCount ? selection.getRangeAt(0) : null;
  const selected = range?.intersectsNode(paragraph) ? selection.toString().trim() : "";
  if (selected) return selected;
  const copy = paragraph.cloneNode(true);
  copy.querySelectorAll("[id], .paragraph-links").forEach((part) => part.remove());
  copy.querySelectorAll("br").forEach((part) => part.replaceWith("\n"));
  return copy.textContent.trim();
}

function say(article, sentence, link) {
  const status = article.querySelector("[data-quote-status]");
  const more = Object.assign(document.createElement("a"), { href: link.href });
  more.textContent = article.dataset.more;
  status.replaceChildren(sentence, " ", more);
  clearTimeout(say.timer);
  say.timer = setTimeout(() => status.replaceChildren(), SAID_FOR);
}

async function copy(article, paragraph, link) {
  const citation = `${article.dataset.citation}#${paragraph.id}`;
  try {
    await navigator.clipboard.writeText(`${wordsOf(paragraph)}\n\n${citation}`);
    say(article, article.dataset.copied, link);
  } catch {
    say(article, article.dataset.failed, link);
  }
}

function button(article, paragraph, link) {
  const made = Object.assign(document.createElement("button"), { type: "button" });
  made.dataset.label = article.dataset.label; // shown by the style sheet: it is none of the text
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
