import type { ReactNode } from "react";
import { Component } from "react";

type Props = { readonly text: string; readonly children: ReactNode };

/** Shows a message's plain text when its blocks cannot be drawn, so that one bad message never blanks the page.
 * React catches a child's failure only in a class. */
export class Guarded extends Component<Props, { readonly failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { readonly failed: boolean } {
    return { failed: true };
  }

  override componentDidUpdate(before: Props): void {
    if (this.state.failed && before.children !== this.props.children) this.setState({ failed: false });
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <p className="unknown-element">
        {this.props.text} <i>(these blocks cannot be shown)</i>
      </p>
    );
  }
}
