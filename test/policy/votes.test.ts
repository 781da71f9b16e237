import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countPeople } from "../../src/nouns/same-person.ts";
import { whyNotApproved } from "../../src/policy/approvals.ts";
import { awaiting, principalOf } from "./orders.ts";
import { aCrowd, humansOf } from "./people-model.ts";
import { hourMs, wednesday } from "./questions.ts";
import { aRequest, verdictsFor } from "./verdict-samples.ts";

const runs = { numRuns: 2_000 };

describe("the count of people", () => {
  it("is never more than the humans there are, whoever the unmapped accounts belong to", () => {
    fc.assert(
      fc.property(
        aCrowd.chain((crowd) => fc.tuple(fc.constant(crowd), votersOf(crowd.accounts))),
        ([crowd, voters]) => {
          expect(countPeople(voters, crowd.people)).toBeLessThanOrEqual(humansOf(crowd, voters).size);
        },
      ),
      runs,
    );
  });

  it("is as many as there are where everybody is mapped, and where all are on one platform", () => {
    fc.assert(
      fc.property(
        aCrowd.chain((crowd) =>
          fc.tuple(fc.constant(crowd), votersOf(crowd.accounts), fc.constantFrom("slack", "teams")),
        ),
        ([crowd, voters, platform]) => {
          const known = voters.filter(({ userId }) =>
            crowd.people.some((one) => one.slack === userId || one.teams === userId),
          );
          const there = voters.filter((who) => who.platform === platform);
          for (const some of [known, there])
            expect(countPeople(some, crowd.people)).toBe(humansOf(crowd, some).size);
        },
      ),
      runs,
    );
  });
});

describe("votes in any order", () => {
  it("queue an operation only once enough humans agreed who are neither who asked nor who suggested", () => {
    let queued = 0;
    fc.assert(
      fc.property(
        aCrowd
          .filter(({ accounts }) => accounts.length > 0)
          .chain((crowd) =>
            fc.record({
              crowd: fc.constant(crowd),
              requester: fc.constantFrom(...crowd.accounts),
              suggester: fc.option(fc.constantFrom(...crowd.accounts), { nil: undefined }),
              voters: votersOf(crowd.accounts),
              count: fc.integer({ min: 1, max: 4 }),
            }),
          ),
        ({ crowd, requester, suggester, voters, count }) => {
          const { people } = crowd;
          let operation = awaiting({
            requestedBy: principalOf(requester),
            approvals: { count, from: ["approver"], expiresAt: wednesday + hourMs },
            ...(suggester === undefined ? {} : { suggestedBy: principalOf(suggester) }),
          });
          for (const who of voters) {
            const verdicts = verdictsFor({ who, roles: ["approver"], rules: { people } });
            const order = { kind: "approve", operationId: operation.id } as const;
            const { consequence } = verdicts.onOperation(aRequest(who, order), { operation });
            if (consequence?.kind !== "vote") continue;
            operation = {
              ...operation,
              votes: [...operation.votes, consequence.vote],
              state: consequence.makes ?? operation.state,
            };
          }
          const agreed = new Set(
            humansOf(
              crowd,
              operation.votes.map((vote) => vote.who),
            ),
          );
          for (const other of [requester, suggester])
            if (other !== undefined) expect(agreed).not.toContain(crowd.humanOf(other));
          if (operation.state !== "queued") return;
          queued += 1;
          expect(agreed.size).toBeGreaterThanOrEqual(count);
          // What was approved may also start.
          expect(whyNotApproved(operation, () => true, { people })).toBeUndefined();
        },
      ),
      runs,
    );
    expect(queued).toBeGreaterThan(50);
  });
});

function votersOf<T>(accounts: readonly T[]): fc.Arbitrary<readonly T[]> {
  return accounts.length === 0 ? fc.constant([]) : fc.array(fc.constantFrom(...accounts), { maxLength: 12 });
}
