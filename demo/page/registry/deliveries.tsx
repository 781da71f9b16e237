import type { JSX } from "react";
import type { Delivery } from "../world.ts";
import { shortDigest } from "./short-digest.ts";

const shownAtMost = 12;

function imageOf({ repository = "", tag, digest }: Delivery): string {
  if (tag) return `${repository}:${tag}`;
  return digest ? `${repository}@${shortDigest(digest)}` : repository;
}

const isGood = (status: number): boolean => status >= 200 && status < 300;

/** The webhook calls that the registry made, newest first: action, image, answer and how long it took. */
export function Deliveries({ deliveries }: { deliveries: readonly Delivery[] }): JSX.Element {
  // Two webhooks may tell of one event under one id, so the place is the key.
  const numbered = deliveries.map((delivery, index) => ({ key: String(index), delivery }));
  const newest = numbered.slice(-shownAtMost).reverse();
  return (
    <section className="registry-section">
      <h3>
        Webhook deliveries{" "}
        {deliveries.length > 0 && <span className="section-count">{deliveries.length}</span>}
      </h3>
      {newest.length === 0 && <p className="registry-none">None yet</p>}
      <ul className="deliveries">
        {newest.map(({ key, delivery }) => (
          <li key={key} className="delivery" data-testid="delivery">
            <span className="delivery-action">{delivery.action}</span>
            <span className="delivery-image" title={imageOf(delivery)}>
              {imageOf(delivery)}
            </span>
            <span className={`status status-${isGood(delivery.statusCode) ? "good" : "bad"}`}>
              {delivery.statusCode === 0 ? "no answer" : delivery.statusCode}
            </span>
            <span className="delivery-time">{Math.round(delivery.tookMs)} ms</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
