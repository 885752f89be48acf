/**
 * Types for a robot of mailrobot: `import type { Order, RobotInput } from 'mailrobot/robot'`.
 * Made of robot.schema.json by `npm run generate`. See docs/robots.md.
 */

/** The line of JSON on stdin. Keys may be added. */
export type RobotInput = {
  v: 1;
  /** Its own name. */
  robot: string;
  /** The number of the mail: the same each time that it is given. */
  run: number;
  receivedAt: string;
  /** Who wrote it, as far as the desk knows; null if it names nobody. */
  from: {
    name: string;
    address: string;
  } | null;
  /** What its author wrote now: without quotes, signature, and without what no filter has seen. */
  newText: string;
  /** How sure we are of who wrote it: docs/trust.md. */
  trust: 'claimed' | 'thread' | 'authenticated' | 'staff';
  /** How that is known. */
  evidence: string;
  /** What spoke for a machine. */
  checks: {
    check: string;
    evidence: string;
  }[];
  /** What stands in the holes of the address that it came to, by their names. */
  captures: Record<string, string>;
  envelope: {
    sender: string | null;
    recipients: string[];
    client: string | null;
    login: string | null;
    isNamed: boolean | null;
  };
  /** As in `mailrobot ticket show --json`. */
  message: {
    direction: 'in';
    /** How sure we are of who wrote it: docs/trust.md. */
    trust: 'claimed' | 'thread' | 'authenticated' | 'staff';
    from: {
      name: string;
      address: string;
    } | null;
    to: {
      name: string;
      address: string;
    }[];
    date: string;
    messageId: string | null;
    references: string[];
    subject: string;
    text: string;
    newLines: {
      from: number;
      to: number;
    }[];
    foundLines?: {
      from: number;
      to: number;
    }[];
    guesses?: {
      check: string;
      evidence: string;
    }[];
    fault?: string;
    attachments: {
      filename: string;
      contentType: string;
      size: number;
      sha256: string;
      /** Where the robot can read it while it runs. */
      path: string | null;
    }[];
  };
  /** The ticket that the mail belongs to, as `mailrobot ticket show --json` has it. */
  ticket: Record<string, unknown> | null;
  /** The PGP signature that proves the mail, of a robot with `proof`: then nothing in `message` is there that is not signed. */
  signed: {
    /** Of the primary key. */
    fingerprint: string;
    /** When the signature was made, as it says. */
    at: string;
  } | null;
  /** For a robot with `confirm`: it is to say what it would do, or to do what was confirmed. Left out for others. */
  phase?: 'plan' | 'carry-out';
  /** The plan that was confirmed; null in the phase `plan`. Left out for a robot without `confirm`. */
  plan?: {
    text: string;
    /** What the robot has given with it. */
    data: unknown;
    plannedAt: string;
    confirmedAt: string;
  } | null;
};

/** A line of stdout, as JSON. One about no `ticket` is about that of the mail. */
export type Order =
  | { type: 'reply'; text: string; secrets?: string[] }
  | { type: 'mail'; to: string; subject: string; text: string; secrets?: string[] }
  | { type: 'blank'; words?: string[] }
  | { type: 'note' | 'ticket.note'; ticket?: string; text: string }
  | { type: 'ticket.reply'; ticket?: string; text: string }
  | {
      type: 'ticket.status';
      ticket?: string;
      status: 'new' | 'open' | 'pending' | 'resolved';
    }
  | { type: 'ticket.assign'; ticket?: string; assignee: string | null }
  | {
      type: 'ticket.create';
      queue?: string;
      subject: string;
      requester?: { name?: string; address: string };
      text?: string;
    }
  | { type: 'ticket.command'; ticket?: string; command: string };

/** The one line of a robot with `confirm`, in the phase `plan`. */
export type Plan = { type: 'plan'; text: string; data?: unknown };
