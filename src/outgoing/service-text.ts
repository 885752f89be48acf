/**
 * What the desk says by itself to a person on a ticket who asked for something in one
 * word. Nothing that a stranger wrote is in it. Pure.
 */
import type { ServiceNews } from '../actions/wish.ts';
import type { Status } from '../ticket/ticket.ts';

interface About {
  readonly ticket: string;
  readonly address: string;
  readonly queue: string;
  readonly status: Status;
}

const STATUS: Readonly<Record<Status, string>> = {
  new: 'has reached us, and nobody has answered it yet',
  open: 'is being worked on',
  pending: 'waits for an answer of yours',
  resolved: 'is closed',
};

export function serviceText(news: ServiceNews, { ticket, address, queue, status }: About): string {
  return `${sentences(news, ticket, address, status)}\n\n${queue}\n`;
}

function sentences(news: ServiceNews, ticket: string, address: string, status: Status): string {
  switch (news) {
    case 'closed':
      return `${ticket} is closed, as you asked. To open it again, answer this mail.`;
    case 'not closed':
      return `${ticket} was not closed: only who opened it can do that by mail. What you wrote
is kept with it, and somebody will read it.`;
    case 'status':
      return `${ticket} ${STATUS[status]}.

To add something, answer this mail, or write to
${address}`;
    case 'stopped':
      return `You get no more mail about ${ticket}, until you write to
${address} again.`;
    case 'not stopped':
      return `Mail about ${ticket} goes on: nothing proves that it was you who asked.
Answer this mail with the word "stop" in its first line, and it ends.`;
  }
}
