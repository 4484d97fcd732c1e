// Offers the paragraphs of the text as typed as places of images. One that is saved has its number as
// value, any other "typed-" and its place.
const WORDS = /^After paragraph \d+: (.*)$/s;
const wordsOf = (option) => WORDS.exec(option.label)?.[1];

export function offerPlaces(group) {
  document.addEventListener("paragraphs", ({ detail }) => {
    for (const select of group.querySelectorAll("select[name$='-after_paragraph']")) offer(select, detail);
  });
}

function offer(select, paragraphs) {
  const [below, ...before] = select.options;
  const chosen = select.selectedOptions[0];
  const saved = before.filter((option) => /^\d+$/.test(option.value));
  const made = paragraphs.map((words, at) => {
    const known = saved.findIndex((option) => wordsOf(option) === words);
    const value = known < 0 ? `typed-${at + 1}` : saved.splice(known, 1)[0].value;
    return new Option(`After paragraph ${at + 1}: ${words}`, value);
  });
  const label = ({ label, value }) => `${value} ${label}`;
  if (made.map(label).join("\n") === before.map(label).join("\n")) return;
  const now = chosen === below ? below : follow(chosen, made);
  select.replaceChildren(below, ...made, ...(now === chosen && now !== below ? [chosen] : []));
  now.selected = true;
}

// Returns the option of the paragraph that was chosen; the server follows a saved one by itself.
function follow(chosen, made) {
  const same = made.filter((option) => wordsOf(option) === wordsOf(chosen));
  const typed = made.find((option) => option.value === chosen.value);
  return same.find((option) => option === typed) ?? same[0] ?? typed ?? chosen;
}
