// What a person chose in this browser: Markdown or not, preview or not.
const KEY = "pressroom.editor";

export function preferences() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {}; // no storage, or not ours
  }
}

export function prefer(choice) {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...preferences(), ...choice }));
  } catch {
    // Without storage the choice lasts until the page is left.
  }
}
