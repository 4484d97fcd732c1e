// Characters of Word's picture fonts, which have other codes in Unicode.
const WINGDINGS = {
  "(": "☎", "*": "✉", J: "☺", l: "●", n: "■", o: "□", p: "□", q: "❑", r: "❒", s: "◆", t: "◆", u: "◆",
  v: "❖", w: "◆", "\xa7": "▪", "\xa8": "◻", "\xd8": "➢", "\xdf": "←", "\xe0": "→", "\xe8": "➔",
  "\xf0": "⇨", "\xfb": "✘", "\xfc": "✔", "\xfd": "☒", "\xfe": "☑",
};
const SYMBOL = {
  "\xa3": "≤", "\xa5": "∞", "\xa7": "▪", "\xac": "←", "\xae": "→", "\xb0": "°", "\xb1": "±", "\xb3": "≥",
  "\xb4": "×", "\xb7": "•", "\xb8": "÷", "\xb9": "≠", "\xbb": "≈", a: "α", b: "β", g: "γ", d: "δ",
  e: "ε", p: "π", m: "μ", s: "σ", w: "ω", D: "Δ", W: "Ω", S: "Σ",
};
const FONTS = [[/wingdings|webdings/i, WINGDINGS], [/^\s*["']?symbol/i, SYMBOL]];
const PRIVATE = /[\uf020-\uf0ff]/g; // where these fonts keep their characters

// Returns the text in Unicode, as it looks in this font.
export function inUnicode(text, font = "") {
  const table = FONTS.find(([name]) => name.test(font))?.[1];
  const plain = text.replace(PRIVATE, (sign) => {
    const code = String.fromCharCode(sign.charCodeAt(0) - 0xf000);
    return table ? code : SYMBOL[code] ?? WINGDINGS[code] ?? "•";
  });
  return table ? [...plain].map((sign) => table[sign] ?? sign).join("") : plain;
}

// Signs that a typed list begins its items with.
export const BULLET = /^[•·●▪■□◦‣➢➔❑❒❖◆◻]\s+/u;
