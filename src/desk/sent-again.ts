/**
 * What whoever sends a mail once more is told that has come back to them: how to go on.
 */
export const SENT_AGAIN = [
  'A mail that came back and is sent once more ("send again", "redirect") keeps its Message-ID,',
  'and comes back again. Answer this mail, or write a new one.',
] as const;
