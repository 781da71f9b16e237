import { type Document, isCollection, visit } from "yaml";

const reference = /\$\{[^}\n]*\}/g;

/** The text as it would be with names in the place of every `${…}`, each as long as that: positions stay. */
export function withoutReferences(text: string): string {
  return text.replace(reference, (found) => "x".repeat(found.length));
}

/**
 * Where `${…}` stands in {…} or […] without quotes: there it opens a mapping, and all that follows is misread.
 * `documents` are those of the text without references.
 */
export function findUnquoted(text: string, documents: readonly Document[]): readonly number[] {
  const plain: { readonly from: number; readonly to: number }[] = [];
  for (const document of documents)
    visit(document, {
      Scalar: (_, { type, range }, parents) => {
        const isInFlow = parents.some((parent) => isCollection(parent) && parent.flow === true);
        if (isInFlow && type === "PLAIN" && range) plain.push({ from: range[0], to: range[1] });
      },
    });
  return [...text.matchAll(reference)]
    .map(({ index }) => index)
    .filter((start) => plain.some(({ from, to }) => from <= start && start < to));
}
