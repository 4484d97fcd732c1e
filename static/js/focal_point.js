// Sets an image's focal point by a click on its thumbnail or with the arrow keys; the number fields
// of its row keep the values.
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const FAR = 10; // percent, with the shift key

const bounded = (percent) => Math.min(100, Math.max(0, Math.round(percent)));

export function addFocalPoint(row) {
  const picture = row.querySelector("img.thumbnail");
  const [x, y] = ["focus_x", "focus_y"].map((name) => row.querySelector(`input[name$='-${name}']`));
  if (!picture || !x || !y || picture.closest(".focal-point")) return;
  const button = document.createElement("button");
  const dot = document.createElement("span");
  const status = document.createElement("span");
  Object.assign(button, { type: "button", className: "focal-point" });
  dot.className = "focal-dot";
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  picture.before(button);
  button.append(picture, dot);
  button.after(status);

  function show() {
    dot.style.insetInlineStart = `${bounded(x.value)}%`;
    dot.style.insetBlockStart = `${bounded(y.value)}%`;
    const words = `${bounded(x.value)} % from the left, ${bounded(y.value)} % from the top`;
    button.setAttribute("aria-label", `Focal point: ${words}. Click, or press the arrow keys.`);
    return words;
  }

  function set(left, top) {
    [x.value, y.value] = [bounded(left), bounded(top)];
    status.textContent = show();
    x.dispatchEvent(new Event("input", { bubbles: true }));
  }

  button.addEventListener("click", (event) => {
    if (!event.detail) return; // pressed with a key
    const box = picture.getBoundingClientRect();
    set((100 * (event.clientX - box.left)) / box.width, (100 * (event.clientY - box.top)) / box.height);
  });
  button.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const far = event.shiftKey ? FAR : 1;
    set(Number(x.value) + far * step[0], Number(y.value) + far * step[1]);
  });
  for (const field of [x, y]) field.addEventListener("input", show);
  show();
}
