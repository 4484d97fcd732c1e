// Shows <button data-copy hidden> where the browser can copy, and <button data-print hidden>.
// A copy button has data-text (text), data-copies (id of an element) or data-address (URL of a file).
// Of an element, its HTML is copied, too, for editors that keep the format.
// <a data-share> shares data-title and data-address where the system can; else it is a mail link.
import { write } from "./clipboard.js";

const FEEDBACK_TIME = 2000; // milliseconds

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

if (navigator.clipboard) {
  for (const button of document.querySelectorAll("button[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
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
