/** What can be written where on the command line: its words and their options, for completion. */
export interface WordTree {
  readonly name: string;
  readonly summary: string;
  /** Its first argument is a ticket. */
  readonly takesTicket: boolean;
  readonly options: readonly {
    readonly name: string;
    readonly short: string | null;
    readonly summary: string;
    readonly takesValue: boolean;
  }[];
  readonly commands: readonly WordTree[];
}
