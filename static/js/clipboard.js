// Writes text, and the same as HTML if there is any, to the clipboard. The text may be a promise:
// Safari allows copying only while a click is handled.
export async function write(text, html = "") {
  if (!html || !window.ClipboardItem) return navigator.clipboard.writeText(await text);
  const blob = (content, type) => new Blob([content], { type });
  const item = new ClipboardItem({
    "text/plain": Promise.resolve(text).then((words) => blob(words, "text/plain")),
    "text/html": blob(html, "text/html"),
  });
  return navigator.clipboard.write([item]);
}
