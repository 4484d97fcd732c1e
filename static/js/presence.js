// Reports once a minute that a release's form is open, and shows who else has it open.
const INTERVAL = 60000; // milliseconds; a form that no longer reports expires after 2.5 times that

function report(line) {
  const token = line.closest("form").querySelector("[name=csrfmiddlewaretoken]").value;
  const send = async () => {
    if (document.hidden) return;
    try {
      const response = await fetch(line.dataset.presence, {
        method: "POST",
        headers: { "X-CSRFToken": token },
        redirect: "manual",
      });
      if (!response.ok) return;
      const { others } = await response.json();
      if (line.textContent !== others) line.textContent = others;
    } catch {
      // Offline: the next report tells.
    }
  };
  send();
  setInterval(send, INTERVAL);
  document.addEventListener("visibilitychange", send);
}

for (const line of document.querySelectorAll("[data-presence]")) report(line);
