/** A command of `npx tongzheng`. Its code is loaded only when it runs, so that the overview stays instant. */
export type Command = {
  readonly name: string;
  readonly title: string;
  readonly help: string;
  /** Ends with the exit status. */
  readonly run: (args: readonly string[]) => Promise<number>;
};

export const COMMANDS: readonly Command[] = [];
