import type { JSX, ReactNode } from "react";
import { Message as LibraryMessage } from "slack-blocks-to-jsx";
import type { Block, Element } from "../block-kit.ts";
import { ActionElement } from "./action-element.tsx";
import { inPlace } from "./in-place.ts";
import { OutsideLink, RichText } from "./rich-line.tsx";
import type { Surface } from "./surface.ts";

type DrawProps<T extends Block["type"]> = {
  block: Extract<Block, { type: T }>;
  surface: Surface;
  blockId: string;
};

/** A message's or dialog's blocks, top to bottom. */
export function Blocks({ blocks, surface }: { blocks: readonly Block[]; surface: Surface }): JSX.Element {
  return (
    <div className="blocks">
      {inPlace(blocks).map(([place, block]) => {
        // Slack makes up the ids that a message leaves out; the place is as good here.
        const blockId = block.block_id ?? place;
        return <OneBlock key={blockId} block={block} blockId={blockId} surface={surface} />;
      })}
    </div>
  );
}

function OneBlock({ block, blockId, surface }: { block: Block; blockId: string; surface: Surface }) {
  const draw = { blockId, surface };
  switch (block.type) {
    case "header":
      return (
        <h3 className="block-header">
          <RichText text={{ type: "plain_text", text: block.text.text }} />
        </h3>
      );
    case "divider":
      return <hr className="block-divider" />;
    case "section":
      return <SectionBlock block={block} {...draw} />;
    case "context":
      return <ContextBlock block={block} {...draw} />;
    case "actions":
      return <ActionsBlock block={block} {...draw} />;
    case "input":
      return surface.input?.(block, blockId) ?? null;
    default:
      return (
        <LibraryMessage
          withoutWrapper
          logo=""
          name=""
          blocks={[block]}
          hooks={{ link: ({ href, children }) => <SafeLink href={href}>{children}</SafeLink> }}
        />
      );
  }
}

function SafeLink({ href, children }: { href: string; children: ReactNode }): JSX.Element {
  // The library passes on any address, javascript: included.
  return /^(https?:|mailto:)/i.test(href) ? (
    <OutsideLink url={href}>{children}</OutsideLink>
  ) : (
    <span>{children}</span>
  );
}

function SectionBlock({ block, surface, blockId }: DrawProps<"section">): JSX.Element {
  return (
    <div className="block-section">
      <div className="block-section-text">
        {block.text && (
          <div>
            <RichText text={block.text} />
          </div>
        )}
        {block.fields && (
          <div className="block-fields">
            {inPlace(block.fields).map(([place, field]) => (
              <div key={place} className="block-field">
                <RichText text={field} />
              </div>
            ))}
          </div>
        )}
      </div>
      {block.accessory && <AnyElement element={block.accessory} surface={surface} blockId={blockId} />}
    </div>
  );
}

function ContextBlock({ block }: DrawProps<"context">): JSX.Element {
  return (
    <div className="block-context">
      {inPlace(block.elements).map(([place, element]) => (
        <span key={place} className="block-context-element">
          {element.type === "image" ? element.alt_text : <RichText text={element} />}
        </span>
      ))}
    </div>
  );
}

function ActionsBlock({ block, surface, blockId }: DrawProps<"actions">): JSX.Element {
  return (
    <div className="block-actions">
      {inPlace(block.elements).map(([place, element]) => (
        <AnyElement
          key={"action_id" in element ? element.action_id : place}
          element={element}
          surface={surface}
          blockId={blockId}
        />
      ))}
    </div>
  );
}

type AnyElementProps = { element: Element; surface: Surface; blockId: string };

function AnyElement({ element, surface, blockId }: AnyElementProps): JSX.Element {
  if (element.type === "image") return <span className="image-alt">{element.alt_text}</span>;
  // In a dialog a choice keeps its value until it is submitted; in a message each choice is sent at once.
  if (element.type !== "button" && surface.field) return surface.field(blockId, element);
  return <ActionElement element={element} click={surface.click} />;
}
