/** Where the bot is, once somebody has said it; `platform` is named in the error until then. */
export function createConnectedBot<Bot>(platform: string) {
  let bot: Bot | undefined;
  return {
    connect: (next: Bot): void => {
      bot = next;
    },
    connected: (): boolean => bot !== undefined,
    get(): Bot {
      if (bot === undefined) throw new Error(`no bot is connected to ${platform}: call connectBot first`);
      return bot;
    },
  };
}
