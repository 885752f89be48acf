/** What a commit takes out of a mail that came in, and out of the words about it. */
export interface Blanking {
  /** Number of the commit that brought the mail. */
  readonly mail: number;
  /**
   * The mail as it is kept from then on: as long as it was, so that a backup may go on meanwhile.
   */
  readonly octets: Buffer;
  /** Whether a text that stands under that key has some of it. */
  readonly isHidden: (key: string, text: string) => boolean;
}
