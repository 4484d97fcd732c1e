// Opens a text in a real editor, changes one block, leaves it, and returns what there is then:
// the text, what the editor shows, the sources of the blocks that were not changed, and the text after
// undoing all.
async ({ text, edit }) => {
  const folder = "/static/js/editor";
  const { EditorField } = await import(`${folder}/field.js`);
  const { schema } = await import(`${folder}/schema.js`);
  const { TextSelection, undo, wrapIn, wrapInList } = await import("/static/vendor/editor/editor.js");
  const { marks, nodes } = schema;

  const form = document.createElement("form");
  form.innerHTML = "<input name=csrfmiddlewaretoken><textarea data-preview=/ data-paste=/></textarea>";
  document.body.append(form);
  const textarea = form.querySelector("textarea");
  textarea.value = text;
  const typed = textarea.value;
  const field = new EditorField(textarea);
  const { view } = field;
  const before = view.state.doc;
  const opened = field.writer.write(before).text;
  const hasRaw = () => view.dom.querySelector(".raw-block") !== null;
  const result = () => ({ typed, opened, text: textarea.value, html: view.dom.innerHTML, hasRaw: hasRaw(), kept: [] });

  function places() {
    const found = [];
    view.state.doc.descendants((node, at) => {
      if (node.isTextblock) found.push([at + 1, at + 1 + node.content.size]);
    });
    return found;
  }

  function change() {
    const all = places();
    if (!all.length) return;
    const [start, end] = all[Math.floor(edit.block * all.length)];
    const from = start + Math.floor(edit.from * (end - start + 1));
    const to = from + Math.floor(edit.to * (end - from + 1));
    const { tr } = view.state;
    const run = (command) => command(view.state, view.dispatch);
    const press = (key, keyCode) =>
      view.someProp("handleKeyDown", (handle) => handle(view, new KeyboardEvent("keydown", { key, keyCode })));
    view.dispatch(tr.setSelection(TextSelection.create(tr.doc, from, to)));
    const changes = {
      type: () => view.dispatch(view.state.tr.insertText(edit.words, from, to)),
      bold: () => view.dispatch(view.state.tr.addMark(from, to, marks.strong.create())),
      italic: () => view.dispatch(view.state.tr.addMark(from, to, marks.em.create())),
      link: () => view.dispatch(view.state.tr.addMark(from, to, marks.link.create({ href: "/a_(b)?c=*" }))),
      bullets: () => run(wrapInList(nodes.bullet_list)),
      numbers: () => run(wrapInList(nodes.ordered_list)),
      quote: () => run(wrapIn(nodes.blockquote)),
      enter: () => press("Enter", 13),
      backspace: () => press("Backspace", 8),
      join: () => {
        view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, start)));
        press("Backspace", 8);
      },
    };
    changes[edit.kind]();
  }

  if (edit && !field.reason) {
    change();
    const left = [];
    view.state.doc.forEach((node) => left.push(node));
    view.dom.dispatchEvent(new FocusEvent("blur"));
    const all = result();
    all.kept = field.writer.kept.filter((block) => left.includes(block.node)).map((block) => block.text);
    while (undo(view.state, view.dispatch)) continue;
    all.undone = textarea.value;
    view.destroy();
    form.remove();
    return all;
  }
  const all = result();
  view.destroy();
  form.remove();
  return all;
}
