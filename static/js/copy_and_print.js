// Shows <button data-copy hidden> where the browser can copy, and <button data-print hidden>.
// A copy button has data-text (text), data-copies (id of an element) or data-address (URL of a file).
const FEEDBACK_TIME = 2000; // milliseconds

async function textFor(button) {
  if (button.dataset.address) {
    const response = await fetch(button.dataset.address);
    if (!response.ok) throw new Error(response.statusText);
    return response.text();
  }
  return button.dataset.text ?? document.getElementById(button.dataset.copies).innerText;
}

async function copy(button) {
  const label = button.innerHTML;
  try {
    await navigator.clipboard.writeText(await textFor(button));
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
