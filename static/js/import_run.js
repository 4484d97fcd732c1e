// Shows the progress of an import in the background, and the page that follows it.
const INTERVAL = 1000; // milliseconds

async function update() {
  const running = document.querySelector("[data-import-running]");
  if (!running) return;
  try {
    const response = await fetch(location.href);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (response.ok && !page.querySelector("[data-import-running]")) return location.reload();
    for (const part of ["[data-import-status]", "[data-import-bar]"]) {
      const [current, fresh] = [running, page].map((root) => root.querySelector(part));
      if (fresh && fresh.innerHTML !== current.innerHTML) {
        current.replaceChildren(...document.adoptNode(fresh).childNodes);
      }
    }
  } catch {
    // The next try may succeed, and "Check again" is on the page.
  }
  setTimeout(update, INTERVAL);
}

setTimeout(update, INTERVAL);
