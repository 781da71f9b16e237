const mrkdwn = (text: string) => ({ type: "mrkdwn", text }) as const;
const plain = (text: string) => ({ type: "plain_text", text }) as const;

/** A dialog with each kind of input, as the bot opens for a deploy. */
export const deployView = {
  id: "V0DEPLOY01",
  user: "U0MAYA0001",
  callback_id: "deploy",
  title: "Deploy shop/checkout",
  submit: "Deploy",
  close: "Cancel",
  errors: {},
  blocks: [
    { type: "section", text: mrkdwn(`\`shop/checkout:1.4.2\` · \`aaaa91c07be2\``) },
    {
      type: "input",
      block_id: "target",
      label: plain("Target"),
      element: {
        type: "static_select",
        action_id: "choose",
        placeholder: plain("Choose a target"),
        options: [
          { text: plain("staging"), value: "staging" },
          { text: plain("production"), value: "production" },
        ],
      },
    },
    {
      type: "input",
      block_id: "reason",
      label: plain("Reason"),
      hint: plain("Everybody in #releases can read it."),
      element: { type: "plain_text_input", action_id: "write", multiline: true, max_length: 300 },
    },
    {
      type: "input",
      block_id: "way",
      label: plain("How"),
      element: {
        type: "radio_buttons",
        action_id: "pick",
        initial_option: { text: plain("All at once"), value: "all" },
        options: [
          { text: plain("All at once"), value: "all" },
          {
            text: plain("One region after another"),
            value: "rolling",
            description: plain("Stops at the first failure"),
          },
        ],
      },
    },
    {
      type: "input",
      block_id: "also",
      label: plain("Also"),
      optional: true,
      element: {
        type: "checkboxes",
        action_id: "tick",
        options: [
          { text: mrkdwn("Lock *staging* afterwards"), value: "lock" },
          { text: plain("Tell #platform"), value: "tell" },
        ],
      },
    },
    {
      type: "input",
      block_id: "ticket",
      label: plain("Ticket"),
      optional: true,
      element: { type: "plain_text_input", action_id: "write", placeholder: plain("SHOP-123") },
    },
  ],
};
