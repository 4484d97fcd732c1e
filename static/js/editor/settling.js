// Shows what the page will show: where Markdown cannot say what the editor shows, such as bold
// punctuation inside a word, the editor takes over what was written.
import { blocksOf } from "./nodes.js";
import { shape } from "./shape.js";

// Returns a transaction that replaces such blocks, or null.
export function settle(state, writer) {
  const tr = state.tr;
  state.doc.forEach((node, offset) => {
    if (writer.isKept(node)) return;
    const { text } = writer.block(node, null);
    if (!text) return;
    const read = blocksOf(text);
    if (read.length === 1 && shape(read[0]) === shape(node)) return;
    tr.replaceWith(tr.mapping.map(offset), tr.mapping.map(offset + node.nodeSize), read);
  });
  return tr.docChanged ? tr : null;
}
