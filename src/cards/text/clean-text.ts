// Anything that breaks a line or is a control character; a card's texts are single lines.
const breaks = /[\p{Cc}\p{Zl}\p{Zp}\p{Zs}]+/gu;
// These hold the bidi overrides and isolates (U+202A–E, U+2066–9), marks (U+200E/F), zero-width characters, soft
// hyphens, fillers and tag characters. A joiner between two pictographs stays: it makes one emoji of them.
const invisible = /[[\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]--[\u200D\uFE0E\uFE0F]]/gv;
const looseJoiner =
  /(?<!\p{Extended_Pictographic}\p{Emoji_Modifier}?\uFE0F?)\u200D|\u200D(?!\p{Extended_Pictographic})/gu;
// More marks on one letter than any language writes run over the lines above and below.
const pile = /(\p{M}{4})\p{M}+/gu;

// Nothing that is shown is nearly as long; a longer text would hold up the loop for nothing.
const longestRead = 50_000;

/**
 * A text as one harmless line: line breaks and control characters become a space; bidi overrides, zero-width and
 * other invisible characters go; lone surrogates become U+FFFD. Spaces at the ends stay (one each).
 */
export function cleanLine(text: string): string {
  return text
    .slice(0, longestRead)
    .toWellFormed()
    .replace(breaks, " ")
    .replace(invisible, "")
    .replace(looseJoiner, "")
    .replace(pile, "$1")
    .replace(/ {2,}/g, " ");
}

/**
 * A clean line for places that know no markup (headers, buttons, notifications): angle brackets still become quotation
 * marks, so that no client takes `<!channel>` or `<at>` for more than it is.
 */
export function cleanWords(text: string): string {
  return cleanLine(text).replaceAll("<", "‹").replaceAll(">", "›");
}
