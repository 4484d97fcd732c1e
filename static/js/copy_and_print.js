// <button data-copy hidden> with what it copies: data-text, words; data-copies, the id of an element;
// or data-address, a file. Shown only where the browser can copy: nothing is out of reach without.
const SAID_FOR = 2000; // milliseconds

async function textFor(button) {
  if (button.dataset.address) {
    const answer = await fetch(button.dataset.address);
    if (!answer.ok) throw new Error(answer.statusText);
    return answer.text();
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
  setTimeout(() => (button.innerHTML = label), SAID_FOR);
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
